// What changes on a drawn graph while its layout stays: states, the selection, what is found. Kept outside React Flow's nodes, so that an
// event redraws the nodes that it touches and nothing else.
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { TaskState } from '../../../ui/states';
import type { StateCounts } from './task_states';

export interface NodeLook {
  state: TaskState | undefined;
  /** Of a mapped task: its instances; of a group: its tasks. */
  counts: StateCounts | null;
  is_selected: boolean;
  /** Of a group: something in it is. */
  holds_selected: boolean;
  is_upstream: boolean;
  is_downstream: boolean;
  is_found: boolean;
  /** The one node that Tab leads to. */
  is_current: boolean;
}

export const PLAIN: NodeLook = {
  state: undefined,
  counts: null,
  is_selected: false,
  holds_selected: false,
  is_upstream: false,
  is_downstream: false,
  is_found: false,
  is_current: false,
};

const isSame = (a: NodeLook, b: NodeLook) =>
  a.state === b.state &&
  a.is_selected === b.is_selected &&
  a.holds_selected === b.holds_selected &&
  a.is_upstream === b.is_upstream &&
  a.is_downstream === b.is_downstream &&
  a.is_found === b.is_found &&
  a.is_current === b.is_current &&
  JSON.stringify(a.counts) === JSON.stringify(b.counts);

export class LooksStore {
  private looks = new Map<string, NodeLook>();
  private readonly listeners = new Map<string, Set<() => void>>();

  get(id: string): NodeLook {
    return this.looks.get(id) ?? PLAIN;
  }

  /** Tells those nodes whose look is another now. */
  set(looks: Map<string, NodeLook>): void {
    const changed: string[] = [];
    for (const [id, look] of looks) {
      const before = this.get(id);
      if (isSame(before, look)) looks.set(id, before);
      else changed.push(id);
    }
    for (const id of this.looks.keys()) if (!looks.has(id)) changed.push(id);
    this.looks = looks;
    for (const id of changed) for (const listener of this.listeners.get(id) ?? []) listener();
  }

  subscribe(id: string, listener: () => void): () => void {
    const own = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, own.add(listener));
    return () => {
      own.delete(listener);
      if (own.size === 0) this.listeners.delete(id);
    };
  }
}

export interface GraphActions {
  looks: LooksStore;
  select: (id: string) => void;
  toggle: (group_id: string) => void;
}

export const GraphContext = createContext<GraphActions | null>(null);

export function useGraphActions(): GraphActions {
  const actions = useContext(GraphContext);
  if (actions === null) throw new Error('A node of the graph is drawn outside <Canvas>.');
  return actions;
}

export function useLook(id: string): NodeLook {
  const { looks } = useGraphActions();
  return useSyncExternalStore(
    (listener) => looks.subscribe(id, listener),
    () => looks.get(id),
  );
}
