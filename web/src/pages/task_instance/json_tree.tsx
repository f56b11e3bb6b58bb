// A JSON value as a tree to fold and unfold. Large lists come in parts; what is folded is not drawn.
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import styles from './task_instance.module.css';
import { t } from './text';

const AT_ONCE = 100;
const OPEN_DEPTH = 2;

const kindOf = (value: unknown) =>
  typeof value === 'string' ? styles.string : typeof value === 'number' ? styles.number : styles.keyword;

interface NodeProps {
  name: string | number | undefined;
  value: unknown;
  depth: number;
}

function Children({ entries, depth }: { entries: [string | number, unknown][]; depth: number }) {
  const [shown, setShown] = useState(AT_ONCE);
  return (
    <ul className={styles.branch}>
      {entries.slice(0, shown).map(([name, value]) => (
        <Node key={name} name={name} value={value} depth={depth + 1} />
      ))}
      {entries.length > shown && (
        <li>
          <button type="button" className={styles.more} onClick={() => setShown(shown + AT_ONCE * 5)}>
            {t('more', { count: entries.length - shown })}
          </button>
        </li>
      )}
    </ul>
  );
}

function Node({ name, value, depth }: NodeProps) {
  const [is_open, setOpen] = useState(depth < OPEN_DEPTH);
  const label = name !== undefined && <span className={styles.name}>{name}: </span>;
  if (typeof value !== 'object' || value === null) {
    return (
      <li>
        {label}
        <span className={kindOf(value)}>{JSON.stringify(value)}</span>
      </li>
    );
  }
  const is_list = Array.isArray(value);
  const entries: [string | number, unknown][] = is_list ? value.map((each, at) => [at, each]) : Object.entries(value);
  const Icon = is_open ? ChevronDown : ChevronRight;
  return (
    <li>
      <button type="button" className={styles.fold} aria-expanded={is_open} onClick={() => setOpen(!is_open)}>
        <Icon aria-hidden />
        {label}
        <span className={styles.faint}>{t(is_list ? 'items' : 'members', { count: entries.length })}</span>
      </button>
      {is_open && <Children entries={entries} depth={depth} />}
    </li>
  );
}

export const JsonTree = ({ value }: { value: unknown }) => (
  <ul className={styles.tree}>
    <Node name={undefined} value={value} depth={0} />
  </ul>
);
