// One line of the log.
import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo } from 'react';
import { timeOf } from '../app/zones';
import { classes } from '../ui/classes';
import { groupName, type ShownLine } from './log_line';
import styles from './logs.module.css';
import { segmentsOf, type Segment, type Style } from './segments';
import { t } from './text';

interface LineLook {
  show_time: boolean;
  show_source: boolean;
  query: string;
}

interface LogRowProps extends LineLook {
  number: number;
  /** undefined: it is on its way. */
  line: ShownLine | undefined;
  of: number;
  row: number;
  is_current: boolean;
  /** The line opens a group: how many lines it has. */
  group_size: number | undefined;
  is_folded: boolean;
  is_open: boolean;
  onToggle: (number: number, what: 'group' | 'trace') => void;
  onPick: (number: number) => void;
}

const styleClasses = ({ color, background, bold, dim, italic, underline }: Style) =>
  classes(
    color !== undefined && styles[`fg${color}`],
    background !== undefined && styles[`bg${background}`],
    bold && styles.bold,
    dim && styles.dim,
    italic && styles.italic,
    underline && styles.underline,
  );

function Piece({ text, style, href, hit }: Segment) {
  const look = style && styleClasses(style);
  const marked = hit ? <mark className={look}>{text}</mark> : look ? <span className={look}>{text}</span> : text;
  if (!href) return marked;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {marked}
    </a>
  );
}

const Text = ({ text, query }: { text: string; query: string }) =>
  segmentsOf(text, query).map((segment, at) => <Piece key={at} {...segment} />);

/** "2026-11-25 14:31:02.123" in the zone that is picked. */
const stampOf = (timestamp: string) =>
  `${timeOf(timestamp)}.${String(new Date(timestamp).getUTCMilliseconds()).padStart(3, '0')}`;

const OPEN_TRACE_LINES = 40;
/** Long ones are folded at first. */
const traceIsOpen = (trace: string, toggled: boolean): boolean =>
  trace.split('\n').length <= OPEN_TRACE_LINES !== toggled;

function Trace({
  trace,
  is_open,
  onToggle,
  query,
}: {
  trace: string;
  is_open: boolean;
  onToggle: () => void;
  query: string;
}) {
  const last = trace.slice(trace.lastIndexOf('\n') + 1);
  const Icon = is_open ? ChevronDown : ChevronRight;
  return (
    <div className={styles.trace}>
      <button type="button" className={styles.fold} aria-expanded={is_open} onClick={onToggle}>
        <Icon aria-hidden />
        {is_open ? t('traceback') : last}
      </button>
      {is_open && (
        <pre>
          <Text text={trace} query={query} />
        </pre>
      )}
    </div>
  );
}

function Content(props: LogRowProps & { line: ShownLine }) {
  const { line, number, group_size, is_folded, is_open, onToggle, query, show_source } = props;
  const name = groupName(line.text);
  if (group_size !== undefined && name !== undefined) {
    const Icon = is_folded ? ChevronRight : ChevronDown;
    return (
      <button
        type="button"
        className={styles.fold}
        aria-expanded={!is_folded}
        onClick={() => onToggle(number, 'group')}
      >
        <Icon aria-hidden />
        <span>
          <Text text={name || t('group')} query={query} />
        </span>
        <span className={styles.faint}>{t('lines_count', { count: group_size })}</span>
      </button>
    );
  }
  return (
    <>
      <Text text={name ?? line.text} query={query} />
      {line.extras.map(([key, value]) => (
        <span key={key} className={styles.extra}>
          {' '}
          <span className={styles.key}>{key}=</span>
          <Text text={value} query={query} />
        </span>
      ))}
      {show_source && line.logger && <span className={styles.faint}> {line.logger}</span>}
      {line.is_cut && <em className={styles.faint}> {t('cut')}</em>}
      {line.trace && (
        <Trace
          trace={line.trace}
          is_open={traceIsOpen(line.trace, is_open)}
          onToggle={() => onToggle(number, 'trace')}
          query={query}
        />
      )}
    </>
  );
}

export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { number, line, of, row, is_current, onPick, show_time } = props;
  return (
    <div
      role="listitem"
      aria-posinset={row + 1}
      aria-setsize={of}
      aria-current={is_current || undefined}
      className={styles.row}
      data-level={line?.level}
      data-line={number + 1}
    >
      <a
        className={styles.number}
        // Not a stop for each of thousands: a key copies the link, too.
        tabIndex={-1}
        href={`${location.pathname}${location.search}#L${number + 1}`}
        aria-label={t('link_to', { number: number + 1 })}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          onPick(number);
        }}
      >
        {number + 1}
      </a>
      {line ? (
        <>
          {show_time && line.timestamp && (
            <time className={styles.stamp} dateTime={line.timestamp}>
              {stampOf(line.timestamp)}
            </time>
          )}
          <span className={styles.level}>{line.level}</span>
          <div className={styles.text}>
            <Content {...props} line={line} />
          </div>
        </>
      ) : (
        <span className={styles.coming} aria-label={t('coming')} role="img" />
      )}
    </div>
  );
});
