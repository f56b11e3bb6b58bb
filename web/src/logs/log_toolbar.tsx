// What one does with a log: search, levels, view, first error, end, download, full screen.
import {
  ArrowDown,
  ArrowDownToLine,
  ArrowUp,
  CircleAlert,
  Download,
  Expand,
  Filter,
  ListFilter,
  Settings2,
  Shrink,
} from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import { Button, IconButton } from '../ui/button';
import { SearchInput } from '../ui/field';
import { Menu } from '../ui/overlay';
import type { LogSettings } from './log_settings';
import type { LogSource } from './log_source';
import styles from './logs.module.css';
import { t } from './text';
import type { Hits } from './use_hits';

const ORDER = ['debug', 'info', 'warning', 'error', 'critical'];

export interface LogToolbarProps {
  tries: ReactNode;
  source: LogSource;
  hits: Hits;
  query: string;
  onQuery: (query: string) => void;
  search_box: Ref<HTMLInputElement>;
  levels: readonly string[];
  onLevels: (levels: string[]) => void;
  is_only: boolean;
  onOnly: (is_only: boolean) => void;
  settings: LogSettings;
  onSettings: (change: Partial<LogSettings>) => void;
  has_groups: boolean;
  onFoldAll: (is_folded: boolean) => void;
  is_full: boolean;
  onFull: (is_full: boolean) => void;
  onHit: (by: 1 | -1) => void;
  onFirstError: () => void;
  onEnd: () => void;
  download: string;
}

function Search({ hits, query, onQuery, search_box, is_only, onOnly, onHit }: LogToolbarProps) {
  return (
    <>
      <span className={styles.search}>
        <SearchInput value={query} onChange={onQuery} label={t('search')} ref={search_box} />
      </span>
      {query && (
        <span className={styles.hits}>
          <span role="status">
            {hits.count > 0
              ? t(hits.is_complete ? 'hits' : 'hits_so_far', { at: hits.at, count: hits.count })
              : t(hits.is_complete ? 'no_hits' : 'searching')}
          </span>
          <IconButton label={t('previous_hit')} icon={ArrowUp} disabled={hits.count === 0} onClick={() => onHit(-1)} />
          <IconButton label={t('next_hit')} icon={ArrowDown} disabled={hits.count === 0} onClick={() => onHit(1)} />
          <IconButton label={t('only_matches')} icon={Filter} pressed={is_only} onClick={() => onOnly(!is_only)} />
        </span>
      )}
    </>
  );
}

function Levels({ source, levels, onLevels }: LogToolbarProps) {
  const place = (level: string) => (ORDER.includes(level) ? ORDER.indexOf(level) : ORDER.length);
  const known = [...new Set([...Object.keys(source.levels), ...levels])].toSorted((a, b) => place(a) - place(b));
  return (
    <Menu
      trigger={
        <Button icon={ListFilter}>
          {levels.length > 0 ? t('some_levels', { count: levels.length }) : t('all_levels')}
        </Button>
      }
      items={known.map((level) => ({
        label: t('level_of', { level, count: source.levels[level] ?? 0 }),
        checked: levels.includes(level),
        onSelect: () => onLevels(levels.includes(level) ? levels.filter((each) => each !== level) : [...levels, level]),
      }))}
    />
  );
}

export function LogToolbar(props: LogToolbarProps) {
  const { tries, source, settings, onSettings, has_groups, onFoldAll, is_full, onFull, download } = props;
  return (
    <div className={styles.bar} role="group" aria-label={t('log')}>
      {tries}
      <span className={styles.spring} />
      <Search {...props} />
      <Levels {...props} />
      <Button icon={CircleAlert} disabled={source.first_error === null} onClick={props.onFirstError}>
        {t('first_error')}
      </Button>
      <Menu
        trigger={<Button icon={Settings2}>{t('view')}</Button>}
        items={[
          { label: t('wrap'), checked: settings.wrap, onSelect: () => onSettings({ wrap: !settings.wrap }) },
          {
            label: t('timestamps'),
            checked: settings.show_time,
            onSelect: () => onSettings({ show_time: !settings.show_time }),
          },
          {
            label: t('source'),
            checked: settings.show_source,
            onSelect: () => onSettings({ show_source: !settings.show_source }),
          },
          has_groups && 'separator',
          has_groups && { label: t('fold_all'), onSelect: () => onFoldAll(true) },
          has_groups && { label: t('unfold_all'), onSelect: () => onFoldAll(false) },
        ]}
      />
      <IconButton label={t('to_end')} icon={ArrowDownToLine} onClick={props.onEnd} />
      <IconButton label={t('download')} icon={Download} onClick={() => location.assign(download)} />
      <IconButton
        label={is_full ? t('leave_full_screen') : t('full_screen')}
        icon={is_full ? Shrink : Expand}
        onClick={() => onFull(!is_full)}
      />
    </div>
  );
}
