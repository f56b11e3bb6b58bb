// Form controls. Field gives each its label, hint and problem; controls alone take `label` as their accessible name.
import { Search, X } from 'lucide-react';
import {
  useEffect,
  useId,
  useRef,
  useState,
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from 'react';
import { IconButton } from './button';
import { classes } from './classes';
import styles from './field.module.css';
import { t } from './text';

export interface FieldParts {
  id: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
  'aria-required'?: true;
}

/** <Field label="Slots" problem={failure?.of('slots')}>{(parts) => <Input {...parts} value=… />}</Field> */
export function Field({ label, hint, problem, required, children, wide }: FieldProps) {
  const id = useId();
  const parts: FieldParts = { id };
  if (hint || problem) parts['aria-describedby'] = `${id}-more`;
  if (problem) parts['aria-invalid'] = true;
  if (required) parts['aria-required'] = true;
  return (
    <div className={classes(styles.field, wide && styles.wide)}>
      <label className={styles.label} htmlFor={id}>
        {label}
        {required && (
          <span aria-hidden className={styles.required}>
            {' '}
            *
          </span>
        )}
      </label>
      {children(parts)}
      {(hint || problem) && (
        <div id={`${id}-more`} className={problem ? styles.problem : styles.hint}>
          {problem ?? hint}
        </div>
      )}
    </div>
  );
}
interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  problem?: ReactNode;
  required?: boolean;
  /** Over all columns of a FieldGrid. */
  wide?: boolean;
  children: (parts: FieldParts) => ReactNode;
}

/** Fields in columns where there is room. */
export const FieldGrid = ({ children }: { children: ReactNode }) => <div className={styles.grid}>{children}</div>;

type InputProps = InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement>; mono?: boolean };
export const Input = ({ className, mono, ...rest }: InputProps) => (
  <input
    autoComplete="off"
    spellCheck={false}
    {...rest}
    className={classes(styles.input, mono && styles.mono, className)}
  />
);

type AreaProps = TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: Ref<HTMLTextAreaElement>; mono?: boolean };
export const TextArea = ({ className, mono, ...rest }: AreaProps) => (
  <textarea spellCheck={!mono} rows={4} {...rest} className={classes(styles.input, mono && styles.mono, className)} />
);

interface Option {
  value: string;
  label: string;
}
type SelectProps = Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange' | 'children'> & {
  options: readonly Option[];
  onChange: (value: string) => void;
};
export const Select = ({ options, onChange, className, ...rest }: SelectProps) => (
  <select
    {...rest}
    className={classes(styles.input, styles.select, className)}
    onChange={(event) => onChange(event.target.value)}
  >
    {options.map(({ value, label }) => (
      <option key={value} value={value}>
        {label}
      </option>
    ))}
  </select>
);

type CheckProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'type'> & {
  checked: boolean;
  onChange: (checked: boolean) => void;
  /** Some of what it stands for are on. */
  mixed?: boolean;
};
/** With children: its label beside it. Without: give `aria-label`. */
export function Checkbox({ onChange, mixed = false, children, className, ...rest }: CheckProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = mixed;
  }, [mixed]);
  const input = (
    <input
      {...rest}
      ref={box}
      type="checkbox"
      className={styles.check}
      onChange={(event) => onChange(event.target.checked)}
    />
  );
  return children ? (
    <label className={classes(styles.checkLabel, className)}>
      {input}
      {children}
    </label>
  ) : (
    input
  );
}

/** On and off at once, without a form: <Switch checked={!is_paused} label="…" onChange=…/>. */
export function Switch({ checked, onChange, label, disabled, children }: SwitchProps) {
  const knob = (
    <button
      type="button"
      role="switch"
      aria-checked={checked}
      aria-label={label}
      title={label}
      disabled={disabled}
      className={styles.switch}
      onClick={() => onChange(!checked)}
    />
  );
  return children ? (
    <span className={styles.checkLabel}>
      {knob}
      {children}
    </span>
  ) : (
    knob
  );
}
interface SwitchProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: string;
  disabled?: boolean;
  children?: ReactNode;
}

const TYPING_MS = 200;
/** A filter by text. `onChange` comes when typing pauses; Escape empties. */
export function SearchInput({ value, onChange, label, placeholder, autoFocus, ref, listId, activeId }: SearchProps) {
  const combobox = listId && {
    role: 'combobox' as const,
    'aria-expanded': true,
    'aria-controls': listId,
    'aria-autocomplete': 'list' as const,
    'aria-activedescendant': activeId,
  };
  const [text, setText] = useState(value);
  const told = useRef(value);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (value === told.current) return;
    told.current = value; // the address changed, not the typing
    setText(value);
  }, [value]);
  const latest = useRef(onChange);
  latest.current = onChange;
  useEffect(() => {
    if (text === told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = text;
      latest.current(text);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <span className={styles.search}>
      <Search aria-hidden />
      <input
        ref={(node) => {
          box.current = node;
          if (typeof ref === 'function') ref(node);
          else if (ref) ref.current = node;
        }}
        type="search"
        {...combobox}
        className={styles.input}
        aria-label={label}
        placeholder={placeholder ?? label}
        value={text}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- in dialogs, where it is what one came for
        autoFocus={autoFocus}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || text === '') return;
          event.stopPropagation();
          setText('');
        }}
      />
      {text && (
        <IconButton
          label={t('clear_text')}
          icon={X}
          onClick={() => {
            setText('');
            box.current?.focus();
          }}
        />
      )}
    </span>
  );
}
interface SearchProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
  placeholder?: string;
  autoFocus?: boolean;
  ref?: Ref<HTMLInputElement>;
  /** Makes it the combobox of a listbox that is always open, whose option `activeId` is the chosen one. */
  listId?: string;
  activeId?: string | undefined;
}

/** A few values, one of them on: radio buttons that look like one bar. */
export function Segments({ label, options, value, onChange }: SegmentsProps) {
  const name = useId();
  return (
    <fieldset className={styles.segments}>
      <legend className="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>
            {option.label}
            {option.count !== undefined && <b>{option.count}</b>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
interface SegmentsProps {
  label: string;
  options: readonly (Option & { count?: number })[];
  value: string;
  onChange: (value: string) => void;
}
