// How a page is laid out: Page (head, actions, content), Card, Toolbar, KeyValues, Tag, LinkTabs, Tabs, Pager, Kbd,
// CopyButton.
import { Check, ChevronLeft, ChevronRight, Copy, type LucideIcon } from 'lucide-react';
import { Tabs as RadixTabs } from 'radix-ui';
import { Fragment, useState, type ReactNode } from 'react';
import { Link, usePath } from '../app/navigation';
import { IconButton } from './button';
import { classes } from './classes';
import styles from './layout.module.css';
import { t } from './text';

export interface PageProps {
  title: ReactNode;
  /** Beside the title: a state, a switch, small facts. */
  aside?: ReactNode;
  actions?: ReactNode;
  /** Above the title: the way here. */
  crumbs?: readonly { label: string; to: string }[];
  children: ReactNode;
}

export function Page({ title, aside, actions, crumbs, children }: PageProps) {
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        {crumbs && (
          <nav aria-label={t('crumbs')} className={styles.crumbs}>
            <ol>
              {crumbs.map(({ label, to }) => (
                <li key={to}>
                  <Link to={to}>{label}</Link>
                </li>
              ))}
            </ol>
          </nav>
        )}
        <div className={styles.line}>
          <h1>{title}</h1>
          {aside && <div className={styles.aside}>{aside}</div>}
          {actions && <div className={styles.actions}>{actions}</div>}
        </div>
      </header>
      {children}
    </div>
  );
}

export function Card({ title, actions, children, flush }: CardProps) {
  return (
    <section className={styles.card}>
      {(title || actions) && (
        <div className={styles.cardHead}>
          <h2>{title}</h2>
          {actions}
        </div>
      )}
      <div className={flush ? undefined : styles.cardBody}>{children}</div>
    </section>
  );
}
interface CardProps {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** No padding: a list or table fills it. */
  flush?: boolean;
}

/** Filters and actions above a list. */
export const Toolbar = ({ children, label }: { children: ReactNode; label: string }) => (
  <div className={styles.toolbar} role="group" aria-label={label}>
    {children}
  </div>
);

/** Facts with their names. Values that are undefined or false are left out. */
export function KeyValues({ items }: { items: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={styles.values}>
      {items
        .filter(([, value]) => value !== undefined && value !== false)
        .map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value ?? '–'}</dd>
          </Fragment>
        ))}
    </dl>
  );
}

export const Tag = ({ children }: { children: ReactNode }) => <span className={styles.tag}>{children}</span>;
const shownKey = (key: string) =>
  key.startsWith('ctrl+') ? `Ctrl ${key.slice(5).toUpperCase()}` : key.replace('shift+', '⇧ ');
export const Kbd = ({ keys }: { keys: string }) => (
  <span className={styles.keys}>
    {keys.split(' ').map((key, at) => (
      <kbd key={at}>{shownKey(key)}</kbd>
    ))}
  </span>
);

export interface LinkTab {
  to: string;
  label: string;
  icon?: LucideIcon;
  count?: number;
}
/** Tabs that are pages: links, the one that one is on marked. `exact`: the first's path is a prefix of the others'. */
export function LinkTabs({ tabs, label }: { tabs: readonly LinkTab[]; label: string }) {
  const path = decodeURI(usePath()).replace(/(.)\/$/, '$1');
  const pathOf = (tab: LinkTab) => decodeURI(tab.to.split('?')[0] ?? '');
  // The longest that leads here, so that /dags/x/runs is not /dags/x.
  const current = tabs
    .filter((tab) => path === pathOf(tab) || path.startsWith(`${pathOf(tab)}/`))
    .toSorted((a, b) => pathOf(b).length - pathOf(a).length)[0];
  return (
    <nav aria-label={label} className={styles.tabs}>
      {tabs.map((tab) => (
        <Link key={tab.to} to={tab.to} aria-current={tab === current ? 'page' : undefined}>
          {tab.icon && <tab.icon aria-hidden />}
          {tab.label}
          {tab.count !== undefined && <span className={styles.count}>{tab.count}</span>}
        </Link>
      ))}
    </nav>
  );
}

/** Tabs within a page. */
export function Tabs({ tabs, label, value, onChange }: TabsProps) {
  const first = tabs[0]?.id ?? '';
  return (
    <RadixTabs.Root
      {...(value === undefined ? { defaultValue: first } : { value })}
      {...(onChange ? { onValueChange: onChange } : {})}
    >
      <RadixTabs.List aria-label={label} className={styles.tabs}>
        {tabs.map((tab) => (
          <RadixTabs.Trigger key={tab.id} value={tab.id}>
            {tab.label}
          </RadixTabs.Trigger>
        ))}
      </RadixTabs.List>
      {tabs.map((tab) => (
        <RadixTabs.Content key={tab.id} value={tab.id} className={styles.panel}>
          {tab.content}
        </RadixTabs.Content>
      ))}
    </RadixTabs.Root>
  );
}
interface TabsProps {
  label: string;
  tabs: readonly { id: string; label: ReactNode; content: ReactNode }[];
  value?: string;
  onChange?: (id: string) => void;
}

/** Pages of a list by limit and offset; nothing when all fits on one. */
export function Pager({ total, limit, offset, onChange }: PagerProps) {
  if (total <= limit && offset === 0) return null;
  return (
    <nav className={styles.pager} aria-label={t('pages')}>
      <span>{t('page_of', { from: Math.min(offset + 1, total), to: Math.min(offset + limit, total), total })}</span>
      <IconButton
        label={t('previous_page')}
        icon={ChevronLeft}
        disabled={offset === 0}
        onClick={() => onChange(Math.max(0, offset - limit))}
      />
      <IconButton
        label={t('next_page')}
        icon={ChevronRight}
        disabled={offset + limit >= total}
        onClick={() => onChange(offset + limit)}
      />
    </nav>
  );
}
interface PagerProps {
  total: number;
  limit: number;
  offset: number;
  onChange: (offset: number) => void;
}

const COPIED_MS = 1500;
export function CopyButton({ text, label }: { text: string | (() => string | Promise<string>); label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(typeof text === 'string' ? text : await text());
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <IconButton
      label={copied ? t('copied') : (label ?? t('copy'))}
      icon={copied ? Check : Copy}
      className={classes(styles.copy)}
      onClick={() => void copy()}
    />
  );
}

/** Also without https, where browsers have no clipboard interface. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
  return undefined;
}
