// What narrows the list: text, paused, state of the last run, favourites, tags, owners. All of it is in the address.
import { ListFilter, Star, X } from 'lucide-react';
import { useRef, useState, type RefObject } from 'react';
import { useKeys } from '../../app/keyboard';
import { useSearch } from '../../app/navigation';
import { Button, IconButton } from '../../ui/button';
import { Checkbox, Field, Input, SearchInput, Segments, Select } from '../../ui/field';
import { Toolbar } from '../../ui/layout';
import { Popover } from '../../ui/overlay';
import { DAG_RUN_STATES, t as state } from '../../ui/states';
import type { Dag } from './dag';
import styles from './dags.module.css';
import { isFiltered, NO_FILTERS, type Filters } from './filters';
import { useTags } from './queries';
import { t } from './text';

const distinct = (words: readonly string[]) => [...new Set(words)].toSorted((a, b) => a.localeCompare(b));

interface FilterProps {
  filters: Filters;
  /** What the list shows now: tags and owners are offered from it too. */
  shown: readonly (Dag | undefined)[];
}

export function FilterBar({ filters, shown }: FilterProps) {
  const search = useSearch();
  const box = useRef<HTMLInputElement>(null);
  useKeys([{ keys: 'f', label: t('key_filter'), group: t('title'), run: () => focusOn(box) }]);
  return (
    <>
      <Toolbar label={t('filters')}>
        <div className={styles.search}>
          <SearchInput ref={box} label={t('search')} value={filters.q} onChange={(q) => search.set({ q })} />
        </div>
        <Segments
          label={t('paused_or_not')}
          value={filters.paused}
          options={[
            { value: '', label: t('all') },
            { value: 'false', label: t('active') },
            { value: 'true', label: t('paused') },
          ]}
          onChange={(paused) => search.set({ paused })}
        />
        <Select
          className={styles.state ?? ''}
          aria-label={t('last_state')}
          value={filters.state}
          options={[
            { value: '', label: t('any_state') },
            ...DAG_RUN_STATES.map((name) => ({ value: name, label: t('last_was', { state: state(name) }) })),
          ]}
          onChange={(value) => search.set({ state: value })}
        />
        <IconButton
          className={filters.favorite ? (styles.starred ?? '') : ''}
          label={t('only_favorites')}
          icon={Star}
          pressed={filters.favorite}
          onClick={() => search.set({ favorite: !filters.favorite })}
        />
        <Popover
          align="start"
          label={t('tags_and_owners')}
          trigger={<Button icon={ListFilter}>{t('tags_and_owners')}</Button>}
        >
          <TagsAndOwners filters={filters} shown={shown} />
        </Popover>
        {isFiltered(filters) && (
          <Button variant="quiet" icon={X} onClick={() => search.set(NO_FILTERS)}>
            {t('reset_filters')}
          </Button>
        )}
      </Toolbar>
      <Chips filters={filters} />
    </>
  );
}

const focusOn = (box: RefObject<HTMLInputElement | null>) => box.current?.focus();

/** The tags and owners that are picked, each with its way out. */
function Chips({ filters }: { filters: Filters }) {
  const search = useSearch();
  const without = (list: string[], one: string) => list.filter((each) => each !== one);
  const picked = [
    ...filters.tags.map((tag) => ({
      label: t('tag_is', { tag }),
      drop: () => search.set({ tags: without(filters.tags, tag) }),
    })),
    ...filters.owners.map((owner) => ({
      label: t('owner_is', { owner }),
      drop: () => search.set({ owners: without(filters.owners, owner) }),
    })),
  ];
  if (picked.length === 0) return null;
  return (
    <ul className={styles.chips} aria-label={t('tags_and_owners')}>
      {picked.map(({ label, drop }) => (
        <li key={label}>
          {label}
          <IconButton label={t('drop_filter', { name: label })} icon={X} onClick={drop} />
        </li>
      ))}
    </ul>
  );
}

function TagsAndOwners({ filters, shown }: FilterProps) {
  const search = useSearch();
  const [text, setText] = useState('');
  const known = useTags().data?.tags ?? [];
  const dags = shown.filter((dag) => dag !== undefined);
  const tags = distinct([...known, ...filters.tags, ...dags.flatMap((dag) => dag.tags.map((tag) => tag.name))]);
  const owners = distinct([...filters.owners, ...dags.flatMap((dag) => dag.owners)]);
  const fits = (word: string) => word.toLowerCase().includes(text.toLowerCase());
  const toggle = (list: string[], one: string, on: boolean) =>
    on ? [...list, one] : list.filter((each) => each !== one);
  const group = (name: string, words: string[], picked: string[], key: 'tags' | 'owners') => (
    <fieldset className={styles.choices}>
      <legend>{name}</legend>
      {words.filter(fits).map((word) => (
        <Checkbox
          key={word}
          checked={picked.includes(word)}
          onChange={(on) => search.set({ [key]: toggle(picked, word, on) })}
        >
          {word}
        </Checkbox>
      ))}
      {words.filter(fits).length === 0 && <span className={styles.muted}>{t('none')}</span>}
    </fieldset>
  );
  return (
    <div className={styles.picker}>
      <Field label={t('find_tag')}>
        {(parts) => <Input {...parts} value={text} onChange={(event) => setText(event.target.value)} />}
      </Field>
      <div className={styles.pickerColumns}>
        {group(t('tags'), tags, filters.tags, 'tags')}
        {group(t('owners'), owners, filters.owners, 'owners')}
      </div>
      <Checkbox checked={filters.all_tags} onChange={(all_tags) => search.set({ all_tags })}>
        {t('all_tags')}
      </Checkbox>
    </div>
  );
}
