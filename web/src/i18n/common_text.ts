import { textOf } from './text';

/** Words that every feature counts with: runs, DAGs, tasks. */
export const t = textOf<typeof import('./en/common.json')>('common');
