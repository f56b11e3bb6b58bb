// Some of many: boxes, with a filter when they are many. What the conf holds and nobody offers stays, and says so.
import { useState } from 'react';
import { Checkbox, SearchInput } from '../ui/field';
import { shown, type Json, type Param } from './param_schema';
import { t } from './text';
import styles from './trigger.module.css';

const FILTER_FROM = 8;

export function MultiSelect({ param, value, onValue, onLeave }: MultiSelectProps) {
  const [filter, setFilter] = useState('');
  const chosen = Array.isArray(value) ? value : [];
  const is = (one: Json) => chosen.some((each) => JSON.stringify(each) === JSON.stringify(one));
  const others = chosen
    .filter((one) => !param.options.some((option) => JSON.stringify(option.value) === JSON.stringify(one)))
    .map((one) => ({ value: one, label: t('not_among', { value: shown(one) }) }));
  const options = [...param.options, ...others];
  const wanted = options.filter(({ label }) => label.toLowerCase().includes(filter.toLowerCase()));
  // In the order in which they are offered.
  const toggle = (one: Json, on: boolean) => {
    const next = options
      .map((option) => option.value)
      .filter((each) => (JSON.stringify(each) === JSON.stringify(one) ? on : is(each)));
    onValue(next.length === 0 && param.nullable && param.initial === null ? null : next);
  };
  return (
    <div className={styles.multi} onBlur={onLeave}>
      {options.length > FILTER_FROM && (
        <SearchInput value={filter} onChange={setFilter} label={t('filter_options', { name: param.label })} />
      )}
      <div className={styles.boxes}>
        {wanted.map((option) => (
          <Checkbox key={shown(option.value)} checked={is(option.value)} onChange={(on) => toggle(option.value, on)}>
            {option.label}
          </Checkbox>
        ))}
      </div>
      <span className={styles.hint}>{t('chosen', { count: chosen.length })}</span>
    </div>
  );
}
interface MultiSelectProps {
  param: Param;
  value: Json | undefined;
  onValue: (value: Json) => void;
  onLeave: () => void;
}
