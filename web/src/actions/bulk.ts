/** How a thing is touched: a sentence why nothing is done, or what is (`count`: of task instances). */
export type Effect = { kind: 'nothing'; why: string } | { kind: 'does'; warning?: string; count?: number };

/** What can be done to one thing, and so to many: what it will touch, found out without touching, and the doing. */
export interface BulkAction<Item> {
  danger?: true;
  effect: (item: Item) => Effect | Promise<Effect>;
  run: (item: Item) => Promise<unknown>;
}

/** Runs `work` for each, a few at a time. */
export async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>, at_once = 4): Promise<void> {
  const queue = [...items];
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(at_once, items.length) }, lane));
}
