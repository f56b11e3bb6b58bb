// The layout of what is drawn. While a new one is on its way the old one stays.
import { useEffect, useMemo, useState } from 'react';
import type { Direction, Layout } from './elk_graph';
import { layoutOf } from './layout';
import type { Structure } from './structure';
import { visibleGraph } from './visible_graph';

export interface LaidOut {
  layout: Layout | undefined;
  error: unknown;
  /** The layout shown is not yet that of what is asked for. */
  is_pending: boolean;
}

export function useLayout(structure: Structure, open: ReadonlySet<string>, direction: Direction): LaidOut {
  const graph = useMemo(() => visibleGraph(structure, (group_id) => open.has(group_id)), [structure, open]);
  const [done, setDone] = useState<{ graph: unknown; direction: Direction; layout?: Layout; error?: unknown }>();
  useEffect(() => {
    let is_current = true;
    layoutOf(graph, direction).then(
      (layout) => is_current && setDone({ graph, direction, layout }),
      (error: unknown) => is_current && setDone((before) => ({ ...before, graph, direction, error })),
    );
    return () => void (is_current = false);
  }, [graph, direction]);
  const is_pending = done?.graph !== graph || done.direction !== direction;
  return { layout: done?.layout, error: is_pending ? undefined : done.error, is_pending };
}
