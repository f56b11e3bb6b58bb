// Each state as a small picture: its colour and a sign, drawn once and then stamped. A sign, because colour alone does
// not tell states apart for everybody.
import { TASK_STATES, type TaskState } from '../../../ui/states';
import { CELL } from './geometry';

/** Lines in a box of 18 × 18; what begins with '=' is filled. */
const SIGNS: Record<TaskState, string> = {
  none: '',
  scheduled: 'M9 5v4l2.5 2M9 4a5 5 0 1 0 .01 0',
  queued: 'M6 4.5h6M6 13.5h6M6.5 4.5c0 3 5 6 5 9M11.5 4.5c0 3-5 6-5 9',
  running: '=M6.5 4.5l7 4.5-7 4.5z',
  restarting: 'M13.5 9a4.5 4.5 0 1 1-1.5-3.3M13.5 4v2.6h-2.6',
  success: 'M4.5 9.5l3 3 6-6.5',
  failed: 'M5.5 5.5l7 7M12.5 5.5l-7 7',
  up_for_retry: 'M4.5 9a4.5 4.5 0 1 0 1.5-3.3M4.5 4v2.6h2.6',
  up_for_reschedule: '=M11.5 12.6A5 5 0 1 1 9 4a4 4 0 0 0 2.5 8.6z',
  upstream_failed: 'M9 4.2a4.8 4.8 0 1 0 .01 0M5.7 5.7l6.6 6.6',
  skipped: '=M5 5l5 4-5 4zM11 5h2v8h-2z',
  removed: 'M5 9h8',
  deferred: '=M4 8h2v2h-2zM8 8h2v2h-2zM12 8h2v2h-2z',
  awaiting_input: 'M6.8 7a2.3 2.3 0 1 1 3.2 2.1c-.7.4-1 .8-1 1.6M9 13v.4',
};

export interface Colours {
  state: Record<TaskState, string>;
  ink: Record<TaskState, string>;
  text: string;
  muted: string;
  line: string;
  raised: string;
  accent: string;
  soft: string;
  focus: string;
  font: string;
}

/** Of the page, as its theme has them. */
export function readColours(): Colours {
  const style = getComputedStyle(document.body);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const names = Object.keys(TASK_STATES) as TaskState[];
  return {
    state: Object.fromEntries(names.map((name) => [name, read(`--state-${name}`)])) as Colours['state'],
    ink: Object.fromEntries(names.map((name) => [name, read(`--state-${name}-ink`)])) as Colours['ink'],
    text: read('--text'),
    muted: read('--muted'),
    line: read('--line'),
    raised: read('--raised'),
    accent: read('--accent'),
    soft: read('--accent-soft'),
    focus: read('--focus'),
    font: `11px ${style.fontFamily}`,
  };
}

function drawMark(context: CanvasRenderingContext2D, state: TaskState, colours: Colours) {
  context.fillStyle = colours.state[state];
  context.beginPath();
  context.roundRect(0.5, 0.5, CELL - 1, CELL - 1, 4);
  context.fill();
  const sign = SIGNS[state];
  if (state === 'none') {
    context.strokeStyle = colours.ink.none;
    context.globalAlpha = 0.45;
    context.stroke();
    context.globalAlpha = 1;
    return;
  }
  const is_filled = sign.startsWith('=');
  const path = new Path2D(is_filled ? sign.slice(1) : sign);
  context.strokeStyle = context.fillStyle = colours.ink[state];
  context.lineWidth = 1.75;
  context.lineCap = context.lineJoin = 'round';
  // oxlint-disable-next-line no-array-fill-with-reference-type -- a canvas is no array
  if (is_filled) context.fill(path);
  else context.stroke(path);
}

/** By letter. */
export function marksOf(colours: Colours, ratio: number): Map<string, HTMLCanvasElement> {
  const marks = new Map<string, HTMLCanvasElement>();
  for (const name of Object.keys(TASK_STATES) as TaskState[]) {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = Math.ceil(CELL * ratio);
    const context = canvas.getContext('2d');
    if (!context) continue;
    context.scale(ratio, ratio);
    drawMark(context, name, colours);
    marks.set(TASK_STATES[name].letter, canvas);
  }
  return marks;
}
