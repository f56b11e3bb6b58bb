// What the pages of the administration are made of beside ui/: a list with its states, the bar of what is selected, the
// question before a deletion.
import type { UseQueryResult } from '@tanstack/react-query';
import { SearchX, Trash2, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../ui/button';
import { EmptyState, ErrorState, Loading } from '../../ui/feedback';
import { Pager } from '../../ui/layout';
import { Confirm } from '../../ui/overlay';
import { toast } from '../../ui/toast';
import styles from './admin.module.css';
import { PAGE_ROWS } from './list';
import { t } from './text';

interface ListBodyProps {
  query: UseQueryResult<{ total_entries: number }>;
  /** Whether a filter is on: then an empty list is the filter's doing. */
  filtered: boolean;
  onReset: () => void;
  empty: { icon: LucideIcon; title: string; hint: string; action?: ReactNode };
  offset: number;
  onOffset: (offset: number) => void;
  /** The table. */
  children: ReactNode;
}

export function ListBody({ query, filtered, onReset, empty, offset, onOffset, children }: ListBodyProps) {
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const total = query.data.total_entries;
  if (total === 0 && filtered) {
    return (
      <EmptyState icon={SearchX} title={t('nothing_fits')} action={<Button onClick={onReset}>{t('reset')}</Button>}>
        {t('nothing_fits_hint')}
      </EmptyState>
    );
  }
  if (total === 0) {
    return (
      <EmptyState icon={empty.icon} title={empty.title} action={empty.action}>
        {empty.hint}
      </EmptyState>
    );
  }
  return (
    <>
      {children}
      <Pager total={total} limit={PAGE_ROWS} offset={offset} onChange={onOffset} />
    </>
  );
}

export function SelectionBar({ count, onDelete, onClear, children }: SelectionBarProps) {
  if (count === 0) return null;
  return (
    <div className={styles.selection} role="group" aria-label={t('for_selected')}>
      <b>{t('selected', { count })}</b>
      {children}
      <Button small icon={Trash2} variant="danger" onClick={onDelete}>
        {t('delete')}
      </Button>
      <Button small variant="quiet" onClick={onClear}>
        {t('select_none')}
      </Button>
    </div>
  );
}
interface SelectionBarProps {
  count: number;
  onDelete: () => void;
  onClear: () => void;
  children?: ReactNode;
}

const SHOWN_NAMES = 8;
/** Asks, deletes, tells. `names` undefined: closed. */
export function DeleteDialog({ names, what, warning, onClose, onDelete }: DeleteDialogProps) {
  const count = names?.length ?? 0;
  const confirm = async () => {
    await onDelete(names ?? []);
    toast(t('deleted', { count }));
  };
  return (
    <Confirm
      open={names !== undefined}
      onOpenChange={(open) => !open && onClose()}
      title={count === 1 ? t('delete_one', { name: names?.[0] ?? '' }) : t('delete_many', { count })}
      description={warning}
      action={t('delete')}
      danger
      onConfirm={confirm}
    >
      {count > 1 && (
        <ul className={styles.names} aria-label={what}>
          {names?.slice(0, SHOWN_NAMES).map((name) => (
            <li key={name}>{name}</li>
          ))}
          {count > SHOWN_NAMES && <li>{t('and_more', { count: count - SHOWN_NAMES })}</li>}
        </ul>
      )}
    </Confirm>
  );
}
interface DeleteDialogProps {
  names: readonly string[] | undefined;
  what: string;
  warning: string;
  onClose: () => void;
  onDelete: (names: readonly string[]) => Promise<unknown>;
}
