// Draws the part of the grid that is seen: bars of the runs above, cells below. Cheap enough for every frame of a
// scroll: a cell is one stamp.
import { timeOf } from '../../../app/zones';
import { isTaskState } from '../../../ui/states';
import type { GridRun } from '../queries';
import { BARS, CELL, COLUMN, HEAD, ROW, seen, TIMES, type Place, type View } from './geometry';
import type { Colours } from './marks';
import { letterOf, type GridRow } from './rows';

export interface Picture {
  rows: readonly GridRow[];
  /** Oldest first. */
  runs: readonly GridRun[];
  view: View;
  colours: Colours;
  marks: ReadonlyMap<string, HTMLCanvasElement>;
  hovered: Place | undefined;
  /** Drawn with a ring: where the keyboard is. */
  active: Place | undefined;
  selected: Place | undefined;
  now: number;
}

/** Seconds; of a run under way, so far. */
export function secondsOf(run: GridRun, now: number): number {
  if (run.start_date === null) return 0;
  const end = run.end_date === null ? now : Date.parse(run.end_date);
  return Math.max(0, (end - Date.parse(run.start_date)) / 1000);
}

const SMALLEST_BAR = 5;
const TIME_WIDTH = 72;

function paintHead(context: CanvasRenderingContext2D, picture: Picture, from: number, to: number) {
  const { runs, view, colours, now } = picture;
  const longest = runs.reduce((most, run) => Math.max(most, secondsOf(run, now)), 0);
  let free_from = -Infinity;
  let day = '';
  for (let column = Math.max(0, from - 3); column < to; ++column) {
    const run = runs[column];
    if (!run) continue;
    const x = column * COLUMN - view.scroll_left;
    const shown = timeOf(run.run_after);
    if (x >= free_from && (shown.slice(0, 10) !== day || x - free_from > TIME_WIDTH)) {
      context.fillStyle = colours.muted;
      context.fillText(shown.slice(0, 10) === day ? shown.slice(11, 16) : shown.slice(5, 16), x + 3, TIMES - 4);
      day = shown.slice(0, 10);
      free_from = x + TIME_WIDTH;
    }
    const share = longest > 0 ? secondsOf(run, now) / longest : 0;
    const height = SMALLEST_BAR + share * (BARS - SMALLEST_BAR);
    context.fillStyle = isTaskState(run.state) ? colours.state[run.state] : colours.muted;
    context.beginPath();
    context.roundRect(x + 5, TIMES + BARS - height, COLUMN - 10, height, [3, 3, 0, 0]);
    context.fill();
    if (run.note !== null) {
      context.fillStyle = colours.text;
      context.fillRect(x + COLUMN / 2 - 1.5, TIMES + BARS - height - 5, 3, 3);
    }
    context.fillStyle = context.strokeStyle = colours.muted;
    paintKind(context, run.run_type, x + COLUMN / 2, TIMES + BARS + 11);
  }
}

/** Manual: a triangle; backfill: two; by an asset: a diamond; by an operator: a square; scheduled: a ring. */
function paintKind(context: CanvasRenderingContext2D, run_type: string, x: number, y: number) {
  context.beginPath();
  if (run_type === 'manual') {
    context.moveTo(x - 3, y - 4);
    context.lineTo(x + 4, y);
    context.lineTo(x - 3, y + 4);
  } else if (run_type === 'backfill') {
    for (const left of [x - 5, x]) {
      context.moveTo(left, y - 4);
      context.lineTo(left + 5, y);
      context.lineTo(left, y + 4);
    }
  } else if (run_type.startsWith('asset')) {
    context.moveTo(x, y - 4.5);
    context.lineTo(x + 4.5, y);
    context.lineTo(x, y + 4.5);
    context.lineTo(x - 4.5, y);
  } else if (run_type === 'operator_triggered') {
    context.rect(x - 3.5, y - 3.5, 7, 7);
  } else {
    context.arc(x, y, 3.5, 0, 2 * Math.PI);
    context.lineWidth = 1.5;
    context.stroke();
    return;
  }
  context.fill();
}

function ring(context: CanvasRenderingContext2D, colour: string, x: number, y: number, width: number, height: number) {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  context.roundRect(x + 1, y + 1, width - 2, height - 2, 5);
  context.stroke();
}

function paintBands(context: CanvasRenderingContext2D, picture: Picture) {
  const { view, colours, hovered, selected } = picture;
  const band = (place: Place | undefined, colour: string) => {
    if (!place) return;
    context.fillStyle = colour;
    if (place.column >= 0) context.fillRect(place.column * COLUMN - view.scroll_left, 0, COLUMN, HEAD + view.height);
    if (place.row >= 0) context.fillRect(0, HEAD + place.row * ROW - view.scroll_top, view.width, ROW);
  };
  band(hovered, colours.raised);
  band(selected && { row: -1, column: selected.column }, colours.soft);
}

function paintRings(context: CanvasRenderingContext2D, picture: Picture) {
  const { view, colours, active, selected } = picture;
  for (const [place, colour] of [
    [selected, colours.accent],
    [active, colours.focus],
  ] as const) {
    if (!place || place.column < 0) continue;
    const x = place.column * COLUMN - view.scroll_left;
    if (place.row < 0) ring(context, colour, x, 0, COLUMN, HEAD - 2);
    else ring(context, colour, x, HEAD + place.row * ROW - view.scroll_top, COLUMN, ROW);
  }
}

export function paint(context: CanvasRenderingContext2D, picture: Picture): void {
  const { rows, runs, view, colours, marks } = picture;
  context.clearRect(0, 0, view.width, HEAD + view.height);
  context.font = colours.font;
  paintBands(context, picture);
  const [first_column, end_column] = seen(view.scroll_left, view.width, COLUMN, runs.length);
  const [first_row, end_row] = seen(view.scroll_top, view.height, ROW, rows.length);
  context.save();
  context.beginPath();
  context.rect(0, HEAD, view.width, view.height);
  context.clip();
  const inset = (COLUMN - CELL) / 2;
  for (let column = first_column; column < end_column; ++column) {
    const run = runs[column];
    if (!run) continue;
    const x = column * COLUMN - view.scroll_left + inset;
    if (column > 0 && run.version_number !== runs[column - 1]?.version_number) {
      context.fillStyle = colours.accent;
      context.fillRect(x - inset - 0.5, HEAD, 1, view.height);
    }
    for (let row = first_row; row < end_row; ++row) {
      const shown = rows[row];
      const mark = shown && marks.get(letterOf(shown, run));
      if (mark) context.drawImage(mark, x, HEAD + row * ROW - view.scroll_top + inset, CELL, CELL);
    }
  }
  paintRings(context, { ...picture, active: (picture.active?.row ?? -1) < 0 ? undefined : picture.active });
  context.restore();
  context.fillStyle = colours.line;
  context.fillRect(0, HEAD - 1, view.width, 1);
  paintHead(context, picture, first_column, end_column);
  paintRings(context, {
    ...picture,
    active: (picture.active?.row ?? 0) < 0 ? picture.active : undefined,
    selected: (picture.selected?.row ?? 0) < 0 ? picture.selected : undefined,
  });
}
