// What the pointer or the keyboard is at, beside it: a glance, without a click and without asking the server.
import { useLayoutEffect, useRef, useState } from 'react';
import { durationOf, shortTimeOf } from '../../../app/zones';
import { useNow } from '../../../ui/time';
import { StateBadge } from '../../../ui/state_badge';
import { runTypeLabel } from '../frame/run_type';
import { BY_WEIGHT } from '../graph/task_states';
import type { GridRun } from '../queries';
import styles from './grid.module.css';
import { secondsOf } from './paint';
import { countsOf, letterOf, type GridRow } from './rows';
import { stateOfLetter } from '../../../ui/states';
import { t } from './text';

const AWAY = 14;

export function States({ row, run }: { row: GridRow; run: GridRun }) {
  const state = stateOfLetter(letterOf(row, run));
  if (state === undefined) return <span>{t('not_in_run')}</span>;
  const counts = countsOf(row, run);
  const is_one = row.kind === 'task' && run.mapped[row.tasks[0] ?? -1] === undefined;
  if (is_one) return <StateBadge state={state} />;
  return BY_WEIGHT.map(
    (each) => counts[each] !== undefined && <StateBadge key={each} state={each} count={counts[each]} />,
  );
}

export function Card({ row, run, point }: CardProps) {
  const now = useNow();
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: -9999, top: -9999 });
  useLayoutEffect(() => {
    const { width, height } = box.current?.getBoundingClientRect() ?? { width: 0, height: 0 };
    const fits_right = point.x + AWAY + width < innerWidth;
    const fits_below = point.y + AWAY + height < innerHeight;
    setPlace({
      left: fits_right ? point.x + AWAY : Math.max(4, point.x - AWAY - width),
      top: fits_below ? point.y + AWAY : Math.max(4, point.y - AWAY - height),
    });
  }, [point, row, run]);
  return (
    <div ref={box} className={styles.card} style={place} aria-hidden>
      {row && <b className={styles.cardTitle}>{row.id}</b>}
      {row && (
        <div className={styles.cardStates}>
          <States row={row} run={run} />
        </div>
      )}
      <div className={row ? styles.cardRun : styles.cardTitle}>{run.dag_run_id}</div>
      <div className={styles.cardRun}>
        {!row && <StateBadge state={run.state} />} {runTypeLabel(run.run_type)} · {shortTimeOf(run.run_after)}
        {run.start_date && <> · {durationOf(secondsOf(run, now))}</>}
      </div>
      {run.note && !row && <div className={styles.cardNote}>{run.note}</div>}
    </div>
  );
}
interface CardProps {
  row: GridRow | undefined;
  run: GridRun;
  point: { x: number; y: number };
}
