import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DAG_RUN_STATES, lookOf, stateOfLetter, t, TASK_STATES } from './states';

const header = readFileSync('../src/model/states.hpp', 'utf8');
const members = (name: string) =>
  (new RegExp(`enum class ${name} \\{([^}]*)\\}`).exec(header)?.[1] ?? '')
    .replaceAll(/\/\/.*/g, '')
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);

test('the states are those of the model', () => {
  expect(Object.keys(TASK_STATES).toSorted()).toEqual(members('TaskState').toSorted());
  expect([...DAG_RUN_STATES].toSorted()).toEqual(members('DagRunState').toSorted());
});

test('letters are those of the grid’s specification, each once', () => {
  const page = readFileSync('../docs/reference/gale_api.md', 'utf8').replaceAll(/\s+/g, ' ');
  for (const [name, { letter }] of Object.entries(TASK_STATES)) {
    expect(page).toContain(name === 'none' ? '`-` no state yet' : `\`${letter}\` ${name}`);
    expect(stateOfLetter(letter)).toBe(name);
  }
  expect(stateOfLetter('.')).toBeUndefined();
});

const tokens = readFileSync('src/ui/tokens.css', 'utf8');
const [light = '', dark = ''] = tokens.split('/* dark */');
const colour = (theme: string, name: string) =>
  new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(theme)?.[1] ??
  new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(light)?.[1];

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(one = '', other = ''): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

test.each([
  ['light', light],
  ['dark', dark],
])('every ink can be read on its colour, and every text on every ground: %s', (_, theme) => {
  for (const name of Object.keys(TASK_STATES)) {
    const look = `state-${name}`;
    expect(contrast(colour(theme, look), colour(theme, `${look}-ink`)), look).toBeGreaterThanOrEqual(4.5);
    expect(t.has(name)).toBe(true);
  }
  for (const text of ['text', 'muted', 'accent', 'danger', 'warning', 'good']) {
    for (const ground of ['ground', 'surface', 'raised'])
      expect(contrast(colour(theme, text), colour(theme, ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  }
  expect(contrast(colour(theme, 'accent'), colour(theme, 'on-accent'))).toBeGreaterThanOrEqual(4.5);
  expect(contrast(colour(theme, 'danger'), colour(theme, 'on-danger'))).toBeGreaterThanOrEqual(4.5);
});

test('an unknown state is shown by its name', () => {
  expect(lookOf('from_the_future')).toMatchObject({ name: 'none', letter: '?', label: 'from_the_future' });
  expect(lookOf(null)).toMatchObject({ name: 'none', letter: '-' });
});
