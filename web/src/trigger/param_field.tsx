// One param's widget, with its label, words and problem.
import { useId, type ReactNode } from 'react';
import { classes } from '../ui/classes';
import { Checkbox, Field, Input, Select, TextArea, type FieldParts } from '../ui/field';
import { Markdown } from '../ui/markdown';
import { textIn, type FormState } from './form_state';
import { MultiSelect } from './multi_select';
import { shown, type Json, type Param } from './param_schema';
import { t } from './text';
import styles from './trigger.module.css';
import { DateTimeInput, TimeInput } from './zoned_inputs';

export interface ParamFieldProps {
  param: Param;
  state: FormState;
  /** Shown: one has been there, or tried to send. */
  problem: string | undefined;
  onValue: (value: Json | undefined) => void;
  onText: (text: string) => void;
  onLeave: () => void;
}

function Words({ param }: { param: Param }) {
  const { label, name, description, description_md, widget, schema } = param;
  const parts: ReactNode[] = [];
  if (label !== name) parts.push(<code key="name">{name}</code>);
  if (description) parts.push(<span key="description">{description}</span>);
  if (description_md) parts.push(<Markdown key="md" text={description_md} />);
  if (widget === 'lines') parts.push(<span key="lines">{t('one_a_line')}</span>);
  if (widget === 'text' && param.options.length > 0 && !schema.enum)
    parts.push(<span key="free">{t('proposals')}</span>);
  return parts.length > 0 ? <span className={styles.words}>{parts}</span> : undefined;
}

/** The choices' values by their place, since a value may be any JSON. */
function SelectValue({ param, value, parts, ...rest }: WidgetProps) {
  const at = param.options.findIndex((option) => JSON.stringify(option.value) === JSON.stringify(value));
  const is_empty = value === undefined || value === null;
  const options = param.options.map((option, place) => ({ value: String(place), label: option.label }));
  if (param.nullable || is_empty) options.unshift({ value: '', label: t('nothing') });
  if (at < 0 && !is_empty) options.push({ value: 'kept', label: t('not_among', { value: shown(value) }) });
  return (
    <Select
      {...parts}
      options={options}
      value={is_empty ? '' : at < 0 ? 'kept' : String(at)}
      onChange={(chosen) => {
        if (chosen === 'kept') return;
        rest.onValue(chosen === '' ? (param.nullable ? null : undefined) : param.options[Number(chosen)]?.value);
      }}
      onBlur={rest.onLeave}
    />
  );
}

interface WidgetProps {
  param: Param;
  parts: FieldParts;
  text: string;
  value: Json | undefined;
  onValue: (value: Json | undefined) => void;
  onText: (text: string) => void;
  onLeave: () => void;
}

const TEXT_TYPES: Record<string, string> = { email: 'email', uri: 'url', url: 'url', password: 'password' };

function TextWidget({ param, parts, text, onText, onLeave }: WidgetProps) {
  const list = useId();
  const { widget, schema, options } = param;
  const proposals = options.length > 0 ? { list } : {};
  const limits = widget === 'number' ? { inputMode: 'decimal' as const } : {};
  const type = schema.format ? (TEXT_TYPES[schema.format] ?? 'text') : 'text';
  return (
    <>
      <Input
        {...parts}
        {...proposals}
        {...limits}
        type={widget === 'number' ? 'text' : type}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onBlur={onLeave}
      />
      {options.length > 0 && (
        <datalist id={list}>
          {options.map((option) => (
            <option key={shown(option.value)} value={shown(option.value)}>
              {option.label}
            </option>
          ))}
        </datalist>
      )}
    </>
  );
}

function BooleanWidget({ param, parts, value, onValue, onLeave }: WidgetProps) {
  const options = [
    ...(param.nullable || typeof value !== 'boolean' ? [{ value: '', label: t('nothing') }] : []),
    { value: 'true', label: t('yes') },
    { value: 'false', label: t('no') },
  ];
  return (
    <Select
      {...parts}
      options={options}
      value={typeof value === 'boolean' ? String(value) : ''}
      onChange={(chosen) => onValue(chosen === '' ? (param.nullable ? null : undefined) : chosen === 'true')}
      onBlur={onLeave}
    />
  );
}

function Widget(props: WidgetProps) {
  const { param, parts, text, value, onText, onValue, onLeave } = props;
  const rows = Math.min(Math.max(text.split('\n').length + 1, 3), 14);
  switch (param.widget) {
    case 'boolean':
      return <BooleanWidget {...props} />;
    case 'select':
      return <SelectValue {...props} />;
    case 'date':
      return (
        <Input {...parts} type="date" value={text} onChange={(event) => onText(event.target.value)} onBlur={onLeave} />
      );
    case 'date-time':
      return <DateTimeInput parts={parts} label={param.label} text={text} onText={onText} onLeave={onLeave} />;
    case 'time':
      return <TimeInput parts={parts} label={param.label} text={text} onText={onText} onLeave={onLeave} />;
    case 'multi-select':
      return <MultiSelect param={param} value={value} onValue={onValue} onLeave={onLeave} />;
    case 'multiline':
    case 'lines':
    case 'json':
      return (
        <TextArea
          {...parts}
          mono={param.widget === 'json'}
          rows={rows}
          value={text}
          onChange={(event) => onText(event.target.value)}
          onBlur={onLeave}
        />
      );
    case 'const':
      return <Input {...parts} mono readOnly value={text} title={t('fixed')} />;
    default:
      return <TextWidget {...props} />;
  }
}

/** A switch reads better than a list of two where there is no third. */
function SwitchField({ param, state, problem, onValue, onLeave }: ParamFieldProps) {
  const id = useId();
  return (
    <div className={styles.check} onBlur={onLeave}>
      <Checkbox
        checked={state.conf[param.name] === true}
        onChange={onValue}
        aria-describedby={`${id}-more`}
        {...(problem ? { 'aria-invalid': true } : {})}
      >
        <span className={styles.label}>{param.label}</span>
      </Checkbox>
      <div id={`${id}-more`} className={problem ? styles.problem : styles.hint}>
        {problem ?? <Words param={param} />}
      </div>
    </div>
  );
}

/** Several boxes are a group, not one field. */
function GroupField({ param, problem, children }: { param: Param; problem: string | undefined; children: ReactNode }) {
  const id = useId();
  return (
    <fieldset className={styles.group} aria-describedby={`${id}-more`} data-invalid={problem ? true : undefined}>
      <legend className={styles.label}>
        {param.label}
        {param.required && (
          <span aria-hidden className={styles.required}>
            {' *'}
          </span>
        )}
      </legend>
      {children}
      <div id={`${id}-more`} className={problem ? styles.problem : styles.hint}>
        {problem ?? <Words param={param} />}
      </div>
    </fieldset>
  );
}

const WIDE = new Set(['multiline', 'lines', 'json', 'multi-select']);

export function ParamField(props: ParamFieldProps) {
  const { param, state, problem, onValue, onText, onLeave } = props;
  const value = state.conf[param.name];
  const text = textIn(param, state);
  const wide = WIDE.has(param.widget);
  const widget = (parts: FieldParts) => (
    <Widget param={param} parts={parts} text={text} value={value} onValue={onValue} onText={onText} onLeave={onLeave} />
  );
  let field: ReactNode;
  if (param.widget === 'boolean' && !param.nullable && typeof value === 'boolean') field = <SwitchField {...props} />;
  else if (param.widget === 'multi-select')
    field = (
      <GroupField param={param} problem={problem}>
        {widget({ id: '' })}
      </GroupField>
    );
  else
    field = (
      <Field label={param.label} hint={<Words param={param} />} problem={problem} required={param.required}>
        {widget}
      </Field>
    );
  return (
    <div className={classes(styles.param, wide && styles.wide)} data-param={param.name}>
      {field}
    </div>
  );
}
