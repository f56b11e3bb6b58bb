import { Checkbox, Field, FieldGrid, Input, Select, TextArea } from '../../../ui/field';
import { Notice } from '../../../ui/feedback';
import styles from '../admin.module.css';
import { t } from '../text';
import { MASK } from '../variables/variable';
import {
  extraOf,
  STANDARD,
  withExtra,
  type ConnectionType,
  type ExtraField,
  type FieldLook,
  type Form,
  type Standard,
} from './connection';

interface Props {
  form: Form;
  change: (part: Partial<Form>) => void;
  types: readonly ConnectionType[];
  /** It exists: its id stays. */
  fixedId: boolean;
  problemOf: (field: keyof Form) => string | undefined;
}

export function ConnectionFields({ form, change, types, fixedId, problemOf }: Props) {
  const type = types.find((one) => one.connection_type === form.conn_type);
  const options = [
    { value: '', label: t('choose_type') },
    ...types.map((one) => ({ value: one.connection_type, label: `${one.hook_name} (${one.connection_type})` })),
  ];
  if (form.conn_type !== '' && !type) options.push({ value: form.conn_type, label: form.conn_type });
  return (
    <>
      <FieldGrid>
        <Field label={t('connection_id')} required problem={problemOf('connection_id')}>
          {(parts) => (
            <Input
              {...parts}
              mono
              value={form.connection_id}
              readOnly={fixedId}
              placeholder={type?.default_conn_name ?? undefined}
              onChange={(event) => change({ connection_id: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('conn_type')} required problem={problemOf('conn_type')}>
          {(parts) => (
            <Select
              {...parts}
              options={options}
              value={form.conn_type}
              onChange={(conn_type) => change({ conn_type })}
            />
          )}
        </Field>
        {STANDARD.map((name) => (
          <StandardField key={name} name={name} look={type?.standard_fields[name]} {...{ form, change, problemOf }} />
        ))}
        <Field label={t('description')} problem={problemOf('description')} wide>
          {(parts) => (
            <Input
              {...parts}
              value={form.description}
              onChange={(event) => change({ description: event.target.value })}
            />
          )}
        </Field>
      </FieldGrid>
      <ExtraFields fields={type?.extra_fields ?? {}} {...{ form, change, problemOf }} />
    </>
  );
}

const AUTO = { password: 'new-password', host: 'off', login: 'off', url_schema: 'off', port: 'off' } as const;

function StandardField({ name, look, form, change, problemOf }: StandardProps) {
  // What is filled in is shown, whatever its type makes of it: nothing is saved unseen.
  if (look?.hidden && form[name] === '') return null;
  return (
    <Field
      label={look?.title ?? t(name)}
      problem={problemOf(name)}
      hint={name === 'password' && form.password === MASK ? t('kept_secret') : undefined}
    >
      {(parts) => (
        <Input
          {...parts}
          type={name === 'password' ? 'password' : 'text'}
          inputMode={name === 'port' ? 'numeric' : undefined}
          autoComplete={AUTO[name]}
          placeholder={look?.placeholder ?? undefined}
          value={form[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      )}
    </Field>
  );
}
interface StandardProps extends Pick<Props, 'form' | 'change' | 'problemOf'> {
  name: Standard;
  look: FieldLook | null | undefined;
}

function ExtraFields({ fields, form, change, problemOf }: ExtraProps) {
  const extra = extraOf(form.extra);
  const names = Object.keys(fields);
  const set = (name: string, value: unknown) => change({ extra: withExtra(form.extra, name, value) });
  return (
    <>
      {names.length > 0 && <h3 className={styles.heading}>{t('extra_fields')}</h3>}
      {names.length > 0 && !extra && <Notice kind="warning">{t('extra_broken')}</Notice>}
      {extra && names.length > 0 && (
        <FieldGrid>
          {Object.entries(fields).map(([name, field]) => (
            <OneExtra key={name} name={name} field={field} value={extra[name]} onChange={(value) => set(name, value)} />
          ))}
        </FieldGrid>
      )}
      <details className={styles.details} open={names.length === 0 || problemOf('extra') !== undefined}>
        <summary>{t('extra_as_json')}</summary>
        <Field label={t('extra')} problem={problemOf('extra')} hint={t('extra_hint')}>
          {(parts) => (
            <TextArea
              {...parts}
              mono
              rows={6}
              placeholder="{}"
              value={form.extra}
              onChange={(event) => change({ extra: event.target.value })}
            />
          )}
        </Field>
      </details>
    </>
  );
}
interface ExtraProps extends Pick<Props, 'form' | 'change' | 'problemOf'> {
  fields: Record<string, ExtraField>;
}

const typeOf = ({ schema }: ExtraField): string =>
  typeof schema.type === 'string' ? schema.type : (schema.type.find((one) => one !== 'null') ?? 'string');
const textOfValue = (value: unknown) =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);

function OneExtra({ name, field, value, onChange }: OneProps) {
  const type = typeOf(field);
  const label = field.schema.title ?? name;
  const hint = value === MASK ? t('kept_secret') : (field.description ?? undefined);
  if (type === 'boolean') {
    return (
      <Checkbox checked={value === true} onChange={(on) => onChange(on ? true : undefined)}>
        {label}
      </Checkbox>
    );
  }
  const { enum: choices, format } = field.schema;
  if (choices) {
    const options = ['', ...choices].map((one) => ({ value: one, label: one || '–' }));
    return (
      <Field label={label} hint={hint}>
        {(parts) => <Select {...parts} options={options} value={textOfValue(value)} onChange={onChange} />}
      </Field>
    );
  }
  const isNumber = type === 'integer' || type === 'number';
  const written = (text: string) => (isNumber && text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text);
  return (
    <Field label={label} hint={hint} wide={format === 'multiline'}>
      {(parts) =>
        format === 'multiline' ? (
          <TextArea {...parts} mono value={textOfValue(value)} onChange={(event) => onChange(event.target.value)} />
        ) : (
          <Input
            {...parts}
            type={format === 'password' ? 'password' : 'text'}
            autoComplete={format === 'password' ? 'new-password' : 'off'}
            inputMode={isNumber ? 'decimal' : undefined}
            value={textOfValue(value)}
            onChange={(event) => onChange(written(event.target.value))}
          />
        )
      }
    </Field>
  );
}
interface OneProps {
  name: string;
  field: ExtraField;
  value: unknown;
  onChange: (value: unknown) => void;
}
