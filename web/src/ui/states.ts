// How a state looks: letter (as in the grid's texts), icon, colour (tokens.css: --state-NAME, and --state-NAME-ink on it).
// states.test.ts holds the list against src/model/states.hpp.
import {
  Ban,
  Check,
  CircleDashed,
  CircleSlash,
  Clock3,
  Hourglass,
  Loader,
  MessageCircleQuestion,
  Moon,
  Play,
  RefreshCw,
  RotateCcw,
  SkipForward,
  Trash2,
  X,
  type LucideIcon,
} from 'lucide-react';
import { textOf } from '../i18n/text';

export const t = textOf<typeof import('../i18n/en/states.json')>('states');

export const TASK_STATES = {
  none: { letter: '-', icon: CircleDashed },
  scheduled: { letter: 'c', icon: Clock3 },
  queued: { letter: 'q', icon: Hourglass },
  running: { letter: 'r', icon: Play },
  restarting: { letter: 'e', icon: RefreshCw },
  success: { letter: 's', icon: Check },
  failed: { letter: 'f', icon: X },
  up_for_retry: { letter: 'y', icon: RotateCcw },
  up_for_reschedule: { letter: 'z', icon: Moon },
  upstream_failed: { letter: 'u', icon: Ban },
  skipped: { letter: 'k', icon: SkipForward },
  removed: { letter: 'x', icon: Trash2 },
  deferred: { letter: 'd', icon: Loader },
  awaiting_input: { letter: 'w', icon: MessageCircleQuestion },
} as const satisfies Record<string, { letter: string; icon: LucideIcon }>;

export type TaskState = keyof typeof TASK_STATES;
export const DAG_RUN_STATES = ['queued', 'running', 'success', 'failed'] as const;

export const isTaskState = (name: string): name is TaskState => name in TASK_STATES;

const LETTERS = new Map<string, TaskState>(
  Object.entries(TASK_STATES).map(([name, { letter }]) => [letter, name as TaskState]),
);
/** The state of a letter of Grid.runs[].states; undefined: no such instance. */
export const stateOfLetter = (letter: string): TaskState | undefined => LETTERS.get(letter);

export function lookOf(state: string | null | undefined): {
  name: string;
  letter: string;
  icon: LucideIcon;
  label: string;
} {
  const name = state ?? 'none';
  if (!isTaskState(name)) return { name: 'none', letter: '?', icon: CircleSlash, label: name };
  return { name, ...TASK_STATES[name], label: t(name) };
}
/** CSS colour of a state, for what is drawn: SVG, canvas (through getComputedStyle), React Flow. */
export const stateColor = (state: string | null | undefined): string => `var(--state-${lookOf(state).name})`;
export const stateInk = (state: string | null | undefined): string => `var(--state-${lookOf(state).name}-ink)`;

export const isFinished = (state: string | null): boolean =>
  state !== null && ['success', 'failed', 'skipped', 'upstream_failed', 'removed'].includes(state);
