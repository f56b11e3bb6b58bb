// Health of each part, and counts that may be a cause: each a link to where one sees more.
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleMinus, CircleX, FileWarning, PauseCircle, Workflow, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from '../../app/navigation';
import { dagsPath } from '../../app/paths';
import { classes } from '../../ui/classes';
import { Tooltip } from '../../ui/tooltip';
import { useNow } from '../../ui/time';
import { relativeTimeOf } from '../../app/zones';
import { t as say } from '../../i18n/common_text';
import styles from './home.module.css';
import { healthQuery, type Dashboard } from './queries';
import { t } from './text';

type Part = { name: string; status: 'healthy' | 'unhealthy' | null | undefined; beat?: string | null };
const LOOKS: Record<'healthy' | 'unhealthy' | 'absent', LucideIcon> = {
  healthy: CircleCheck,
  unhealthy: CircleX,
  absent: CircleMinus,
};

const Ago = ({ beat }: { beat: string }) => t('heartbeat', { ago: relativeTimeOf(beat, new Date(useNow())) });

function PartChip({ name, status, beat }: Part) {
  const look = status ?? 'absent';
  const Icon = LOOKS[look];
  const chip = (
    <span className={styles.chip} data-look={look} tabIndex={beat ? 0 : undefined}>
      <Icon aria-hidden />
      <span>
        {name}
        <b>{t(look)}</b>
      </span>
    </span>
  );
  return <li>{beat ? <Tooltip content={<Ago beat={beat} />}>{chip}</Tooltip> : chip}</li>;
}

function Count({
  to,
  icon: Icon,
  look,
  children,
}: {
  to: string;
  icon: LucideIcon;
  look?: string | false;
  children: ReactNode;
}) {
  return (
    <li>
      <Link to={to} className={classes(styles.chip)} data-look={look || undefined}>
        <Icon aria-hidden />
        <span>{children}</span>
      </Link>
    </li>
  );
}

export function HealthStrip({ dashboard }: { dashboard: Dashboard | undefined }) {
  const health = useQuery(healthQuery).data;
  const parts: Part[] = health
    ? [
        { name: t('database'), status: health.metadatabase.status },
        { name: t('scheduler'), status: health.scheduler.status, beat: health.scheduler.latest_scheduler_heartbeat },
        {
          name: t('dag_processor'),
          status: health.dag_processor?.status,
          beat: health.dag_processor?.latest_dag_processor_heartbeat ?? null,
        },
        { name: t('triggerer'), status: health.triggerer.status, beat: health.triggerer.latest_triggerer_heartbeat },
      ]
    : [];
  return (
    <ul className={styles.strip} aria-label={t('health')}>
      {parts.map((part) => (
        <PartChip key={part.name} {...part} />
      ))}
      {dashboard && (
        <>
          <Count to={dagsPath({ paused: 'false' })} icon={Workflow}>
            {say('dags', { count: dashboard.dags.total })}
            <b>{t('active', { count: dashboard.dags.active })}</b>
          </Count>
          <Count to={dagsPath({ paused: 'true' })} icon={PauseCircle}>
            {t('paused')}
            <b>{dashboard.dags.paused}</b>
          </Count>
          <Count to={dagsPath({ state: 'failed' })} icon={CircleX} look={dashboard.dags.failing > 0 && 'unhealthy'}>
            {t('failing')}
            <b>{dashboard.dags.failing}</b>
          </Count>
          <Count to="/import_errors" icon={FileWarning} look={dashboard.import_errors > 0 && 'unhealthy'}>
            {t('import_errors')}
            <b>{dashboard.import_errors}</b>
          </Count>
        </>
      )}
    </ul>
  );
}
