// What started a run: an icon, and its word.
import { CalendarClock, Database, FastForward, Hand, Puzzle, type LucideIcon } from 'lucide-react';
import { t } from './text';
import styles from './frame.module.css';

const ICONS: Record<string, LucideIcon> = {
  scheduled: CalendarClock,
  manual: Hand,
  backfill: FastForward,
  operator_triggered: Puzzle,
  asset_triggered: Database,
  asset_materialization: Database,
};
export const RUN_TYPES = Object.keys(ICONS);

export function runTypeLabel(run_type: string): string {
  const key = `type_${run_type}`;
  return t.has(key) ? t(key) : run_type;
}

export function RunType({ run_type }: { run_type: string }) {
  const Icon = ICONS[run_type] ?? CalendarClock;
  return (
    <span className={styles.fact}>
      <Icon aria-hidden />
      {runTypeLabel(run_type)}
    </span>
  );
}
