// The log of one try: any length, live while the try runs. The filters and the line that is pointed at are in the address.
import { useRouter, useRouterState } from '@tanstack/react-router';
import { ArrowDown } from 'lucide-react';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useKeys } from '../app/keyboard';
import { useSearch } from '../app/navigation';
import { Button } from '../ui/button';
import { classes } from '../ui/classes';
import { copyText } from '../ui/layout';
import { toast } from '../ui/toast';
import { LiveLines } from './live_lines';
import { downloadUrl, type LogAddress } from './log_api';
import { LogList, type LogListHandle } from './log_list';
import { LogRow } from './log_row';
import { useLogSettings } from './log_settings';
import { LogFoot, LogState } from './log_state';
import { LogToolbar } from './log_toolbar';
import styles from './logs.module.css';
import { t } from './text';
import { useHits } from './use_hits';
import { useLog, useLogSearch } from './use_log';
import { useRows } from './use_rows';

interface LogViewerProps {
  address: LogAddress;
  /** Links to the tries, at the left of the bar. */
  tries: ReactNode;
  /** Why there is nothing yet. */
  waiting?: ReactNode;
  /** The try was running and is over: told by its log, also when the event stream is lost. */
  onOver?: () => void;
}

/** The number of '#L123', from 0. */
const lineOfHash = (hash: string): number | undefined => {
  const found = /^#?L(\d+)$/.exec(hash)?.[1];
  return found === undefined ? undefined : Math.max(0, Number(found) - 1);
};

export function LogViewer({ address, tries, waiting, onOver }: LogViewerProps) {
  const router = useRouter();
  const search = useSearch();
  const log = useLog(address);
  const { source } = log;
  const query = search.get('q') ?? '';
  const levels = search.all('level');
  const is_only = search.flag('only') && query !== '';
  const is_filtered = levels.length > 0 || is_only;
  const found = useLogSearch(log, query ? { levels, text: query } : undefined);
  const of_levels = useLogSearch(log, levels.length > 0 && !is_only ? { levels, text: '' } : undefined);
  const filter = is_filtered ? (is_only ? found : of_levels) : undefined;
  const rows = useRows(log, filter);
  const hits = useHits(found);
  const [settings, setSettings] = useLogSettings();
  const [stick, setStickTo] = useState(false);
  const [seen, setSeen] = useState(0);
  const [is_full, setFull] = useState(false);
  const [toggled, setToggled] = useState<ReadonlySet<number>>(new Set());
  const list = useRef<LogListHandle>(null);
  const box = useRef<HTMLInputElement>(null);
  const pointed = lineOfHash(useRouterState({ select: (state) => state.location.hash }));
  const current = hits.line ?? pointed;

  const setStick = (next: boolean) => {
    setStickTo(next);
    setSeen(source.lines);
  };
  const show = (line: number | null | undefined) => {
    if (line === undefined || line === null) return;
    setStick(false);
    rows.reveal(line);
    list.current?.show(line);
  };
  /** The line that one has just picked: it is where one looks. */
  const picked = useRef<number>(undefined);
  const pick = useCallback(
    (line: number) => {
      picked.current = line;
      const { pathname, search: text } = router.history.location;
      router.history.replace(`${pathname}${text}#L${line + 1}`);
      copyText(location.href.replace(/#.*$/, '') + `#L${line + 1}`).then(
        () => toast(t('link_copied', { number: line + 1 })),
        () => undefined, // the address bar has it
      );
    },
    [router],
  );

  // A log that grows is followed from its end; one that is over is read from its start, or where the address points.
  const is_there = source.lines > 0 && source.is_counted;
  useEffect(() => {
    if (!is_there) return;
    if (pointed === undefined) setStick(source.is_growing);
    else if (pointed !== picked.current) show(pointed);
    // oxlint-disable-next-line react/exhaustive-deps -- when the log is there, and when the address points elsewhere
  }, [is_there, source, pointed]);

  const was_growing = useRef(false);
  useEffect(() => {
    if (was_growing.current && !source.is_growing) onOver?.();
    was_growing.current = source.is_growing && source.is_counted;
    // oxlint-disable-next-line react/exhaustive-deps -- once for each end
  }, [source.is_growing, source.is_counted]);

  const firstError = () => {
    if (is_filtered) search.set({ level: null, only: null });
    show(source.first_error);
  };
  const moveHit = (by: 1 | -1) => show(hits.move(by, list.current?.topLine() ?? 0));
  const group = t('keys');
  useKeys([
    { keys: 'f', label: t('search'), group, run: () => box.current?.focus() },
    { keys: 'n', label: t('next_hit'), group, run: () => moveHit(1) },
    { keys: 'shift+n', label: t('previous_hit'), group, run: () => moveHit(-1) },
    { keys: 'e', label: t('first_error'), group, run: firstError },
    { keys: 'End', label: t('to_end'), group, run: () => setStick(true) },
    { keys: 'Home', label: t('to_start'), group, run: () => show(0) },
    { keys: 'y', label: t('copy_link'), group, run: () => pick(current ?? list.current?.topLine() ?? 0) },
    { keys: 'j', label: t('down'), group, run: () => list.current?.scrollBy(1) },
    { keys: 'k', label: t('up'), group, run: () => list.current?.scrollBy(-1) },
    { keys: 'w', label: t('wrap'), group, run: () => setSettings({ wrap: !settings.wrap }) },
    ...(is_full ? [{ keys: 'Escape', label: t('leave_full_screen'), group, run: () => setFull(false) }] : []),
  ]);

  // The same function for all renderings, so that a row is drawn anew only when its line changes.
  const latest_rows = useRef(rows);
  latest_rows.current = rows;
  const toggle = useCallback((line: number, what: 'group' | 'trace') => {
    if (what === 'group') latest_rows.current.toggle(line);
    else
      setToggled((before) => {
        const next = new Set(before);
        if (!next.delete(line)) next.add(line);
        return next;
      });
  }, []);

  const onRange = (first: number, end: number) => {
    const lines = Array.from({ length: end - first }, (_, at) => rows.rows.lineOf(first + at));
    if (filter) source.wantEach(lines);
    else source.want(lines[0] ?? 0, (lines.at(-1) ?? -1) + 1);
  };
  const draw = (line: number, row: number) => (
    <LogRow
      key={line}
      number={line}
      line={source.line(line)}
      of={rows.rows.count}
      row={row}
      is_current={line === current}
      group_size={rows.at(line)?.size}
      is_folded={rows.at(line)?.is_folded ?? false}
      is_open={toggled.has(line)}
      onToggle={toggle}
      onPick={pick}
      show_time={settings.show_time}
      show_source={settings.show_source}
      query={query}
    />
  );

  const unseen = source.is_growing && !stick ? source.lines - seen : 0;
  return (
    <section className={classes(styles.viewer, is_full && styles.full)} aria-label={t('log')}>
      <LogToolbar
        tries={tries}
        source={source}
        hits={hits}
        query={query}
        onQuery={(q) => search.set({ q, only: q ? is_only : null })}
        search_box={box}
        levels={levels}
        onLevels={(level) => search.set({ level })}
        is_only={is_only}
        onOnly={(only) => search.set({ only })}
        settings={settings}
        onSettings={setSettings}
        has_groups={rows.groups.length > 0}
        onFoldAll={rows.foldAll}
        is_full={is_full}
        onFull={setFull}
        onHit={moveHit}
        onFirstError={firstError}
        onEnd={() => setStick(true)}
        download={downloadUrl(address)}
      />
      <div className={styles.body}>
        <LogState
          source={source}
          waiting={waiting}
          is_without_match={filter?.is_complete === true && rows.rows.count === 0}
        >
          <LogList
            ref={list}
            rows={rows.rows}
            stick={stick}
            onStick={setStick}
            onRange={onRange}
            wrap={settings.wrap}
            row={draw}
          />
        </LogState>
        {unseen > 0 && (
          <Button className={styles.new ?? ''} variant="primary" icon={ArrowDown} onClick={() => setStick(true)}>
            {t('new_lines', { count: unseen })}
          </Button>
        )}
      </div>
      <LogFoot source={source} filter={filter} found={found} stick={stick} />
      <LiveLines source={source} is_on={stick && source.is_growing} />
    </section>
  );
}
