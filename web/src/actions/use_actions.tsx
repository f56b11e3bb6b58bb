// The actions on one target, for a menu or buttons, and the dialog of the one that was chosen:
//   const actions = useActions(target);
//   <Menu trigger={…} items={actions.items}/> {actions.dialog}
// Who may not act gets no items.
import { CircleCheck, CircleX, RotateCcw, SkipForward, StickyNote, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useMay } from '../app/session';
import type { MenuItem } from '../ui/overlay';
import type { MarkState } from './calls';
import { ClearDialog } from './clear_dialog';
import { DeleteRunDialog } from './delete_dialog';
import { MarkDialog } from './mark_dialog';
import { NoteDialog } from './note_dialog';
import { isRun, type Target } from './target';
import { t } from './text';

export type ActionName = 'clear' | MarkState | 'note' | 'delete';

interface ActionOptions {
  /** The run's note, where the target is a run: then it can be edited. */
  note?: string | null;
  onDone?: (action: ActionName) => void;
}

export function useActions(
  target: Target | undefined,
  { note, onDone }: ActionOptions = {},
): { items: MenuItem[]; begin: (action: ActionName) => void; dialog: ReactNode } {
  const may = useMay('user');
  const [action, setAction] = useState<ActionName>();
  if (!may || !target) return { items: [], begin: () => undefined, dialog: null };
  const of_run = isRun(target);
  const item = (name: ActionName, label: string, icon: typeof RotateCcw, danger = false): MenuItem => ({
    label,
    icon,
    danger,
    onSelect: () => setAction(name),
  });
  const items: MenuItem[] = [
    item('clear', t('clear'), RotateCcw),
    item('success', t('mark_success'), CircleCheck),
    item('failed', t('mark_failed'), CircleX),
    ...(of_run ? [] : [item('skipped', t('mark_skipped'), SkipForward)]),
    ...(of_run && note !== undefined ? [item('note', t('edit_note'), StickyNote)] : []),
    ...(of_run ? (['separator', item('delete', t('delete_run'), Trash2, true)] as const) : []),
  ];
  const close = () => setAction(undefined);
  const common = { target, onClose: close, ...(action && onDone && { onDone: () => onDone(action) }) };
  return {
    items,
    begin: setAction,
    dialog: action && <ActionDialog action={action} note={note ?? null} {...common} />,
  };
}

interface OneProps {
  action: ActionName;
  target: Target;
  note: string | null;
  onClose: () => void;
  onDone?: () => void;
}

function ActionDialog({ action, note, ...common }: OneProps) {
  if (action === 'clear') return <ClearDialog {...common} />;
  if (action === 'note') return <NoteDialog {...common} note={note} />;
  if (action === 'delete') return <DeleteRunDialog {...common} />;
  return <MarkDialog {...common} state={action} />;
}
