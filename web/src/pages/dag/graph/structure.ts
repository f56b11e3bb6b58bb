// The answer of `GET /gale/dags/{dag_id}/structure`, and the questions that the views ask of it.

export interface StructureTask {
  display_name: string;
  operator_name: string;
  task_type: string;
  trigger_rule: string;
  is_mapped: boolean;
  is_setup: boolean;
  is_teardown: boolean;
  owner: string;
  pool: string;
  queue: string;
  retries: number;
  ui_color: string;
  ui_fgcolor: string;
  doc_md: string | null;
  downstream_task_ids: string[];
}

export interface StructureGroup {
  group_id: string | null;
  label: string;
  tooltip: string | null;
  ui_color: string;
  ui_fgcolor: string;
  children: StructureChild[];
}

export type StructureChild = { task: string } | { group: StructureGroup };

export interface StructureEdge {
  source: string;
  target: string;
  label: string | null;
  is_setup_teardown: boolean;
}

export interface Structure {
  version_number: number;
  root: StructureGroup;
  edges: StructureEdge[];
  tasks: Record<string, StructureTask>;
}
