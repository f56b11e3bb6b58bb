// The drawn graph: pan, zoom, mini-map, and the way through it by keys. Only what is in view is rendered.
import {
  Background,
  BackgroundVariant,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStoreApi,
  type MiniMapNodeProps,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import { Maximize2, Minus, Plus } from 'lucide-react';
import { startTransition, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useKeys } from '../../../app/keyboard';
import { IconButton } from '../../../ui/button';
import { classes } from '../../../ui/classes';
import { stateColor } from '../../../ui/states';
import { RouteEdge } from './edges';
import type { Direction, Layout } from './elk_graph';
import { toFlow, type FlowNode } from './flow';
import styles from './graph.module.css';
import { GraphContext, useLook, type LooksStore } from './looks_store';
import { GroupNode, TaskNode } from './nodes';
import type { Structure } from './structure';
import { t } from './text';
import { isArrow, walk } from './walk';

// Not 'group': React Flow's own style sheet dresses that one.
const NODE_TYPES = { task: TaskNode, task_group: GroupNode };
const EDGE_TYPES = { route: RouteEdge };
const READABLE = 0.7;
const FITTED = 0.55;
const MARGIN = 16;
const FIT = { padding: 0.06, maxZoom: 1, minZoom: 0.05 };
const MOVE_MS = 160;

export interface CanvasProps {
  structure: Structure;
  layout: Layout;
  direction: Direction;
  looks: LooksStore;
  /** The node that Tab leads to is another now. */
  onCurrent: (id: string) => void;
  onSelect: (id: string | null) => void;
  onOpen: (task_id: string) => void;
  onToggle: (group_id: string) => void;
  /** Brings a node into view when it changes. */
  shown: { id: string; nonce: number } | null;
}

const duration = () => (matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : MOVE_MS);

function MapNode({ id, x, y, width, height }: MiniMapNodeProps) {
  const look = useLook(id);
  const fill = look.state === undefined ? 'var(--line-strong)' : stateColor(look.state);
  return <rect x={x} y={y} width={width} height={height} rx={8} style={{ fill }} className={styles.map_node} />;
}

/** The first layout is fitted if that can be read, else its beginning is shown. After folding, what was clicked stays where it was. */
function useViewport({ layout, direction, shown }: CanvasProps) {
  const flow = useReactFlow();
  const store = useStoreApi();
  const before = useRef<{ layout: Layout; direction: Direction } | null>(null);
  const held = useRef<string | null>(null);
  useEffect(() => {
    const last = before.current;
    before.current = { layout, direction };
    if (last === null || last.direction !== direction) {
      const { width, height } = store.getState();
      const zoom = Math.min(width / layout.width, height / layout.height) * (1 - FIT.padding);
      const is_lr = direction === 'lr';
      if (zoom >= FITTED) void flow.setViewport(centred(layout, Math.min(1, zoom), width, height));
      else
        void flow.setViewport({
          zoom: READABLE,
          x: is_lr ? MARGIN : Math.max(MARGIN, (width - layout.width * READABLE) / 2),
          y: is_lr ? Math.max(MARGIN, (height - layout.height * READABLE) / 2) : MARGIN,
        });
      return;
    }
    const id = held.current;
    held.current = null;
    const old = last.layout.nodes.find((node) => node.id === id);
    const now = layout.nodes.find((node) => node.id === id);
    if (last.layout === layout || old === undefined || now === undefined) return;
    const { x, y, zoom } = flow.getViewport();
    void flow.setViewport({ zoom, x: x + (old.x - now.x) * zoom, y: y + (old.y - now.y) * zoom });
  }, [layout, direction, flow, store]);

  const bringInView = useCallback(
    (id: string, only_if_hidden: boolean) => {
      const node = before.current?.layout.nodes.find((each) => each.id === id);
      if (node === undefined) return;
      const { width, height } = store.getState();
      const { x, y, zoom } = flow.getViewport();
      const shown_height = node.is_open ? 44 : node.height;
      const at = { x: node.x * zoom + x, y: node.y * zoom + y };
      const is_in_view =
        at.x >= 0 && at.y >= 0 && at.x + node.width * zoom <= width && at.y + shown_height * zoom <= height;
      if (only_if_hidden && is_in_view) return;
      const wanted = Math.max(zoom, READABLE);
      void flow.setCenter(node.x + node.width / 2, node.y + shown_height / 2, { zoom: wanted, duration: duration() });
    },
    [flow, store],
  );
  useEffect(() => {
    if (shown !== null) bringInView(shown.id, false);
  }, [shown, layout, bringInView]);
  return { bringInView, hold: (id: string) => void (held.current = id) };
}

function centred(layout: Layout, zoom: number, width: number, height: number) {
  return { zoom, x: (width - layout.width * zoom) / 2, y: (height - layout.height * zoom) / 2 };
}

function Drawn(props: CanvasProps) {
  const { structure, layout, direction, looks, onCurrent, onSelect, onOpen, onToggle } = props;
  const flow = useReactFlow();
  const frame = useRef<HTMLDivElement>(null);
  const { bringInView, hold } = useViewport(props);
  const { nodes, edges } = useMemo(() => toFlow(layout, structure, direction), [layout, structure, direction]);

  // After the graph itself, and in pieces: a thousand rectangles at once would hold the page up.
  const [has_map, setHasMap] = useState(false);
  useEffect(() => startTransition(() => setHasMap(true)), []);

  const focus = useRef<string | null>(null);
  const focusNode = useCallback((id: string) => {
    const node = frame.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(id)}"]`);
    if (node === null || node === undefined) return false;
    node.focus({ preventScroll: true });
    return true;
  }, []);
  // A node out of view is rendered after the view has moved there: it takes the focus then.
  useEffect(() => {
    const observer = new MutationObserver(() => {
      if (focus.current !== null && focusNode(focus.current)) focus.current = null;
    });
    if (frame.current !== null) observer.observe(frame.current, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, [focusNode]);
  const goTo = (id: string) => {
    onCurrent(id);
    bringInView(id, true);
    focus.current = focusNode(id) ? null : id;
  };

  const actions = useMemo(
    () => ({
      looks,
      select: (id: string) => {
        onCurrent(id);
        onSelect(id);
      },
      toggle: (id: string) => {
        hold(id);
        onToggle(id);
      },
    }),
    [looks, onCurrent, onSelect, onToggle, hold],
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const from = event.target instanceof HTMLElement ? event.target.dataset.node : undefined;
    if (from === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const node = layout.nodes.find((each) => each.id === from);
    if (isArrow(event.key)) {
      const next = walk(layout, direction, from, event.key);
      if (next !== null) goTo(next);
    } else if (event.key === 'Home' || event.key === 'End') {
      const ends = layout.nodes.filter((each) => !each.is_open);
      const end = event.key === 'Home' ? ends[0] : ends.at(-1);
      if (end !== undefined) goTo(end.id);
    } else if (event.key === 'Enter' && node?.kind === 'task') onOpen(from);
    else if (event.key === 'Escape') onSelect(null);
    else return;
    event.preventDefault();
  };

  const fit = () => void flow.fitView({ ...FIT, duration: duration() });
  const zoomIn = () => void flow.zoomIn({ duration: duration() });
  const zoomOut = () => void flow.zoomOut({ duration: duration() });
  useKeys([
    { keys: '0', label: t('fit'), group: t('graph'), run: fit },
    { keys: '+', label: t('zoom_in'), group: t('graph'), run: zoomIn },
    { keys: '-', label: t('zoom_out'), group: t('graph'), run: zoomOut },
  ]);
  return (
    <GraphContext.Provider value={actions}>
      {/* The keys of the nodes in it, which hold the focus. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div className={styles.canvas} ref={frame} onKeyDown={onKeyDown} role="group" aria-label={t('graph_of_keys')}>
        <ReactFlow<FlowNode>
          nodes={nodes}
          edges={edges as never}
          nodeTypes={NODE_TYPES as never}
          edgeTypes={EDGE_TYPES as never}
          onlyRenderVisibleElements
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          elevateNodesOnSelect={false}
          disableKeyboardA11y
          zoomOnDoubleClick={false}
          panOnScroll={false}
          minZoom={0.03}
          maxZoom={2}
          deleteKeyCode={null}
          selectionKeyCode={null}
          multiSelectionKeyCode={null}
          panActivationKeyCode={null}
          zoomActivationKeyCode={null}
          proOptions={{ hideAttribution: true }}
          onNodeDoubleClick={(_, node) => node.type === 'task' && onOpen(node.id)}
          onPaneClick={() => onSelect(null)}
        >
          <Background variant={BackgroundVariant.Dots} gap={24} size={1} color="var(--line)" />
          {has_map && nodes.length > 12 && (
            <MiniMap
              className={classes(styles.map)}
              pannable
              zoomable
              nodeComponent={MapNode}
              ariaLabel={t('mini_map')}
              bgColor="var(--surface)"
              maskColor="color-mix(in srgb, var(--ground) 72%, transparent)"
            />
          )}
        </ReactFlow>
        <div className={styles.zoom} role="group" aria-label={t('zoom')}>
          <IconButton label={t('zoom_in')} icon={Plus} onClick={zoomIn} />
          <IconButton label={t('zoom_out')} icon={Minus} onClick={zoomOut} />
          <IconButton label={t('fit')} icon={Maximize2} onClick={fit} />
        </div>
      </div>
    </GraphContext.Provider>
  );
}

export const Canvas = (props: CanvasProps) => (
  <ReactFlowProvider>
    <Drawn {...props} />
  </ReactFlowProvider>
);
