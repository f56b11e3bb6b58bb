// The answer of `GET /gale/dags/{dag_id}/structure`, and the questions that the views ask of it.
import type { Schemas } from '../../../api/client';

export type Structure = Schemas['Structure'];
export type StructureTask = Schemas['StructureTask'];
export type StructureGroup = Schemas['StructureGroup'];
export type StructureChild = StructureGroup['children'][number];
export type StructureEdge = Structure['edges'][number];
