// One result, as its media type asks for. HTML is shown in a frame without scripts, without our origin: it is a
// stranger's page.
import { useQuery } from '@tanstack/react-query';
import { Download, ExternalLink } from 'lucide-react';
import { useMemo, useState } from 'react';
import { ErrorState, Loading, Notice } from '../ui/feedback';
import { Segments } from '../ui/field';
import { Markdown } from '../ui/markdown';
import { readTable, separatorOf, tableOfJson } from './csv';
import { JsonTree } from './json_tree';
import { contentAddress, textQuery, type RunKey, type RunResult } from './queries';
import styles from './results.module.css';
import { bytesText } from './size';
import { t } from './text';
import { TextTableView } from './text_table';

/** More than this is not drawn: it is to be downloaded. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_MARKDOWN = 200_000;

const isJson = (media_type: string) => media_type === 'application/json' || media_type === 'application/x-ndjson';
const isTable = (media_type: string) => media_type === 'text/csv' || media_type === 'text/tab-separated-values';

function readJson(text: string, media_type: string): { value: unknown } | undefined {
  try {
    if (media_type !== 'application/x-ndjson') return { value: JSON.parse(text) as unknown };
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    return { value: lines.map((line) => JSON.parse(line) as unknown) };
  } catch {
    return undefined;
  }
}

const Plain = ({ text, label }: { text: string; label: string }) => (
  // A region that scrolls takes the keyboard.
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
  <pre className={styles.plain} tabIndex={0} role="region" aria-label={label}>
    {text}
  </pre>
);

function JsonView({ text, media_type, name }: { text: string; media_type: string; name: string }) {
  const read = useMemo(() => readJson(text, media_type), [text, media_type]);
  const table = useMemo(() => (read ? tableOfJson(read.value) : undefined), [read]);
  const [form, setForm] = useState<string>();
  if (!read)
    return (
      <>
        <Notice kind="warning">{t('not_json')}</Notice>
        <Plain text={text} label={name} />
      </>
    );
  const shown = form ?? (table ? 'as_table' : 'as_tree');
  const forms = (table ? (['as_table', 'as_tree', 'as_text'] as const) : (['as_tree', 'as_text'] as const)).map(
    (value) => ({
      value,
      label: t(value),
    }),
  );
  return (
    <>
      <div>
        <Segments label={t('form')} options={forms} value={shown} onChange={setForm} />
      </div>
      {shown === 'as_table' && table && <TextTableView table={table} label={name} />}
      {shown === 'as_tree' && <JsonTree value={read.value} />}
      {shown === 'as_text' && <Plain text={text} label={name} />}
    </>
  );
}

function TableView({ text, result }: { text: string; result: RunResult }) {
  const table = useMemo(
    () => readTable(text, result.media_type === 'text/csv' ? separatorOf(text) : '\t'),
    [text, result.media_type],
  );
  return <TextTableView table={table} label={result.name} />;
}

function Drawn({ run, result }: { run: RunKey; result: RunResult }) {
  const text = useQuery(textQuery(run, result));
  if (text.error) return <ErrorState error={text.error} onRetry={() => void text.refetch()} />;
  if (text.data === undefined) return <Loading />;
  if (text.data === '') return <Notice>{t('empty_file')}</Notice>;
  if (isJson(result.media_type)) return <JsonView text={text.data} media_type={result.media_type} name={result.name} />;
  if (isTable(result.media_type)) return <TableView text={text.data} result={result} />;
  if (result.media_type === 'text/markdown' && text.data.length <= MOST_MARKDOWN) return <Markdown text={text.data} />;
  return <Plain text={text.data} label={result.name} />;
}

function Content({ run, result }: { run: RunKey; result: RunResult }) {
  const { media_type, name, bytes, problem } = result;
  const address = contentAddress(run, result);
  if (problem)
    return (
      <Notice kind="warning">
        {t('cannot_show')} {problem}.
      </Notice>
    );
  if (media_type === 'text/html')
    return (
      <iframe
        className={styles.frame}
        title={name}
        src={address}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
      />
    );
  if (media_type.startsWith('image/')) return <img className={styles.image} src={address} alt={name} />;
  const is_drawn = media_type.startsWith('text/') || isJson(media_type);
  if (!is_drawn) return <Notice>{t('only_download', { type: media_type })}</Notice>;
  if ((bytes ?? 0) > MOST_BYTES) return <Notice>{t('too_large', { size: bytesText(bytes ?? 0) })}</Notice>;
  return <Drawn run={run} result={result} />;
}

export function ResultView({ run, result }: { run: RunKey; result: RunResult }) {
  return (
    <article className={styles.view} aria-label={result.name}>
      <header className={styles.head}>
        <h2>{result.name}</h2>
        <span className={styles.size}>
          {result.media_type}
          {result.bytes !== null && ` · ${bytesText(result.bytes)}`}
        </span>
        {!result.problem && (
          <span className={styles.links}>
            <a href={contentAddress(run, result)} target="_blank" rel="noreferrer noopener">
              <ExternalLink aria-hidden />
              {t('open')}
            </a>
            <a href={contentAddress(run, result, true)} download={result.name}>
              <Download aria-hidden />
              {t('download')}
            </a>
          </span>
        )}
      </header>
      <Content run={run} result={result} />
    </article>
  );
}
