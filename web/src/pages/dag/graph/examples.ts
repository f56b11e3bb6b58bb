// Structures for tests: small enough to reason about, or as large as one wishes.
import type { Structure, StructureChild, StructureEdge, StructureGroup, StructureTask } from './structure';

function task(display_name: string, more: Partial<StructureTask> = {}): StructureTask {
  return {
    display_name,
    operator_name: 'EmptyOperator',
    task_type: 'EmptyOperator',
    trigger_rule: 'all_success',
    is_mapped: false,
    is_setup: false,
    is_teardown: false,
    owner: 'airflow',
    pool: 'default_pool',
    queue: 'default',
    retries: 0,
    ui_color: '#e8f7e4',
    ui_fgcolor: '#000',
    doc_md: null,
    downstream_task_ids: [],
    ...more,
  };
}

export function group(group_id: string | null, children: (string | StructureGroup)[]): StructureGroup {
  const label = group_id?.split('.').at(-1) ?? '';
  const inner = children.map((child): StructureChild =>
    typeof child === 'string' ? { task: child } : { group: child },
  );
  return {
    group_id,
    label,
    tooltip: null,
    is_mapped: false,
    ui_color: 'CornflowerBlue',
    ui_fgcolor: '#000',
    children: inner,
  };
}

/** `edges`: "a>b", with a label "a>b:label". */
export function structure(root: StructureGroup, edges: string[]): Structure {
  const tasks: Record<string, StructureTask> = {};
  const visit = (inner: StructureGroup) => {
    for (const child of inner.children) {
      if ('task' in child) tasks[child.task] = task(child.task.split('.').at(-1) ?? child.task);
      else visit(child.group);
    }
  };
  visit(root);
  const parsed = edges.map((edge): StructureEdge => {
    const [ends = '', label = null] = edge.split(':');
    const [source = '', target = ''] = ends.split('>');
    tasks[source]?.downstream_task_ids.push(target);
    return { source, target, label, is_setup_teardown: false };
  });
  return { version_number: 1, root, edges: parsed, tasks };
}

/** `size` tasks in layers of `width`, each with one to `fan` edges from the layer before. */
export function flat(size: number, width: number, fan = 1.5): Structure {
  const ids = Array.from({ length: size }, (_, i) => `task_${String(i)}`);
  const edges: string[] = [];
  let seed = 7;
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let i = width; i < size; i += 1) {
    const layer = Math.floor(i / width) - 1;
    const sources = new Set([layer * width + (i % width)]);
    while (random() < fan - sources.size) sources.add(layer * width + Math.floor(random() * width));
    for (const source of sources) edges.push(`task_${String(source)}>task_${String(i)}`);
  }
  return structure(group(null, ids), edges);
}

/** `size` tasks in chained groups of `width` parallel tasks. */
export function layered(size: number, width: number): Structure {
  const groups: StructureGroup[] = [];
  const edges: string[] = [];
  for (let g = 0; g * width < size; g += 1) {
    const name = (inner: number, i: number) => `group_${String(inner)}.task_${String(i)}`;
    groups.push(
      group(
        `group_${String(g)}`,
        Array.from({ length: width }, (_, i) => name(g, i)),
      ),
    );
    if (g > 0)
      for (let s = 0; s < width; s += 1)
        for (let t = 0; t < width; t += 1) edges.push(`${name(g - 1, s)}>${name(g, t)}`);
  }
  return structure(group(null, groups), edges);
}
