// A JSON value to fold and unfold. A branch is drawn when it is open, and its many members in portions: a list of a
// million stays light.
import { useState } from 'react';
import { Button } from '../ui/button';
import styles from './results.module.css';
import { t } from './text';

const PORTION = 100;
const LONG_TEXT = 300;

type Branch = unknown[] | Record<string, unknown>;
const isBranch = (value: unknown): value is Branch => typeof value === 'object' && value !== null;
const sizeOf = (value: Branch) => (Array.isArray(value) ? value.length : Object.keys(value).length);

function Leaf({ value }: { value: unknown }) {
  const [whole, setWhole] = useState(false);
  if (typeof value !== 'string')
    return <span className={styles[`json_${value === null ? 'null' : typeof value}`]}>{String(value)}</span>;
  const is_cut = !whole && value.length > LONG_TEXT;
  return (
    <>
      <span className={styles.json_string}>{is_cut ? `${value.slice(0, LONG_TEXT)}…` : value}</span>
      {is_cut && (
        <Button small variant="quiet" onClick={() => setWhole(true)}>
          {t('whole_text', { count: value.length })}
        </Button>
      )}
    </>
  );
}

function Members({ value, depth, open }: { value: Branch; depth: number; open: number }) {
  const [shown, setShown] = useState(PORTION);
  const is_list = Array.isArray(value);
  const keys = is_list ? undefined : Object.keys(value);
  const count = sizeOf(value);
  const names = keys ? keys.slice(0, shown) : Array.from({ length: Math.min(count, shown) }, (_, at) => String(at));
  return (
    <>
      <ul className={styles.members}>
        {names.map((name) => (
          <li key={name}>
            <Node name={name} value={(value as Record<string, unknown>)[name]} depth={depth} open={open} />
          </li>
        ))}
      </ul>
      {count > shown && (
        <Button small onClick={() => setShown(shown + PORTION * 5)}>
          {t('more_members', { count: count - shown })}
        </Button>
      )}
    </>
  );
}

function Node({ name, value, depth, open }: { name: string; value: unknown; depth: number; open: number }) {
  const [is_open, setOpen] = useState(depth < open);
  if (!isBranch(value) || sizeOf(value) === 0)
    return (
      <span className={styles.leaf}>
        <span className={styles.name}>{name}</span>{' '}
        {isBranch(value) ? Array.isArray(value) ? '[ ]' : '{ }' : <Leaf value={value} />}
      </span>
    );
  const count = sizeOf(value);
  return (
    <details open={is_open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className={styles.name}>{name}</span>{' '}
        <span className={styles.size}>{t(Array.isArray(value) ? 'entries' : 'members', { count })}</span>
      </summary>
      {is_open && <Members value={value} depth={depth + 1} open={open} />}
    </details>
  );
}

/** `open`: levels that are unfolded at first. */
export function JsonTree({ value, open = 2 }: { value: unknown; open?: number }) {
  if (!isBranch(value)) return <Leaf value={value} />;
  return (
    <div className={styles.tree}>
      {sizeOf(value) === 0 ? (
        <span className={styles.size}>{t(Array.isArray(value) ? 'entries' : 'members', { count: 0 })}</span>
      ) : (
        <Members value={value} depth={1} open={open} />
      )}
    </div>
  );
}
