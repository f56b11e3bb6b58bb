// An edge along the way that ELK found for it, with rounded corners; dashed for setup and teardown; its label on it.
import { BaseEdge, type Edge, type EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import { classes } from '../../../ui/classes';
import type { PlacedEdge } from './elk_graph';
import styles from './graph.module.css';
import { useLook } from './looks_store';
import { roundedPath } from './rounded_path';

interface RouteData extends Record<string, unknown> {
  edge: PlacedEdge;
}
export type RouteEdgeType = Edge<RouteData, 'route'>;

const CORNER = 8;

export const RouteEdge = memo(({ id, source, target, data, markerEnd }: EdgeProps<RouteEdgeType>) => {
  const from = useLook(source);
  const to = useLook(target);
  if (data === undefined) return null;
  const { points, label, is_setup_teardown } = data.edge;
  const leads_here = from.is_upstream && (to.is_upstream || to.holds_selected);
  const comes_from_here = to.is_downstream && (from.is_downstream || from.holds_selected);
  return (
    <>
      <BaseEdge
        id={id}
        path={roundedPath(points, CORNER)}
        {...(markerEnd === undefined ? {} : { markerEnd })}
        interactionWidth={0}
        className={classes(
          styles.edge,
          is_setup_teardown && styles.dashed,
          leads_here && styles.on_upstream,
          comes_from_here && styles.on_downstream,
        )}
      />
      {label !== null && (
        <g className={styles.label} transform={`translate(${String(label.x)} ${String(label.y)})`}>
          <title>{label.text}</title>
          <rect width={label.width} height={label.height} rx={4} />
          <text x={label.width / 2} y={label.height / 2}>
            {shortened(label.text, label.width)}
          </text>
        </g>
      )}
    </>
  );
});
RouteEdge.displayName = 'RouteEdge';

const GLYPH = 6.6;
function shortened(text: string, width: number): string {
  const most = Math.floor((width - 8) / GLYPH);
  return text.length <= most + 1 ? text : `${text.slice(0, most - 1)}…`;
}
