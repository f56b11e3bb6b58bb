// Which others go with what was chosen, and a note of why.
import { Checkbox, Field, TextArea } from '../ui/field';
import type { Reach } from './calls';
import styles from './actions.module.css';
import { t } from './text';

const REACHES = ['include_upstream', 'include_downstream', 'include_past', 'include_future'] as const;

export function ReachChoices({ reach, onChange }: { reach: Reach; onChange: (reach: Reach) => void }) {
  return (
    <fieldset className={styles.choices}>
      <legend>{t('also')}</legend>
      {REACHES.map((name) => (
        <Checkbox key={name} checked={reach[name]} onChange={(on) => onChange({ ...reach, [name]: on })}>
          {t(name)}
        </Checkbox>
      ))}
    </fieldset>
  );
}

const NOTE_LENGTH = 1000;

export function NoteField({ note, onChange, problem }: NoteProps) {
  return (
    <Field label={t('note')} hint={t('note_hint')} problem={problem}>
      {(parts) => (
        <TextArea
          {...parts}
          rows={2}
          maxLength={NOTE_LENGTH}
          value={note}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
interface NoteProps {
  note: string;
  onChange: (note: string) => void;
  problem?: string | undefined;
}
