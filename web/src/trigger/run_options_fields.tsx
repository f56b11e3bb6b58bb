// The run's own fields: id, logical date, data interval, note.
import { Field, Input, Segments, TextArea } from '../ui/field';
import { t } from './text';
import styles from './trigger.module.css';
import type { TriggerForm } from './use_trigger_form';
import { ZoneSelect } from './zoned_inputs';

type Dates = 'logical_date' | 'interval_start' | 'interval_end';

function DateField({ form, name, hint }: { form: TriggerForm; name: Dates; hint?: string }) {
  return (
    <Field label={t(name)} hint={hint} problem={form.optionProblemOf(name)}>
      {(parts) => (
        <Input
          {...parts}
          type="datetime-local"
          step={1}
          value={form.options[name]}
          onChange={(event) => form.option({ [name]: event.target.value })}
          onBlur={() => form.leave(`option:${name}`)}
        />
      )}
    </Field>
  );
}

export function RunOptionsFields({ form }: { form: TriggerForm }) {
  const { options } = form;
  const logical = ['now', 'at', 'none'] as const;
  return (
    <div className={styles.fields}>
      <Field label={t('run_id')} hint={t('run_id_hint')} problem={form.optionProblemOf('run_id')}>
        {(parts) => (
          <Input
            {...parts}
            mono
            value={options.run_id}
            onChange={(event) => form.option({ run_id: event.target.value })}
            onBlur={() => form.leave('option:run_id')}
          />
        )}
      </Field>
      <div className={styles.check}>
        <span className={styles.label} aria-hidden>
          {t('logical_date')}
        </span>
        <Segments
          label={t('logical_date')}
          options={logical.map((value) => ({ value, label: t(`logical_${value}`) }))}
          value={options.logical}
          onChange={(value) => form.option({ logical: logical.find((each) => each === value) ?? 'now' })}
        />
        {options.logical !== 'at' && (
          <span className={styles.hint}>{t(options.logical === 'now' ? 'logical_now_hint' : 'logical_none_hint')}</span>
        )}
      </div>
      {options.logical === 'at' && <DateField form={form} name="logical_date" />}
      <DateField form={form} name="interval_start" hint={t('interval_hint')} />
      <DateField form={form} name="interval_end" hint={t('interval_hint')} />
      <div className={styles.check}>
        <span className={styles.label} aria-hidden>
          {t('zone')}
        </span>
        <ZoneSelect value={options.zone} label={t('logical_date')} onChange={(zone) => form.option({ zone })} />
      </div>
      <div className={styles.wide}>
        <Field label={t('note')} problem={form.optionProblemOf('note')}>
          {(parts) => (
            <TextArea
              {...parts}
              rows={2}
              value={options.note}
              onChange={(event) => form.option({ note: event.target.value })}
              onBlur={() => form.leave('option:note')}
            />
          )}
        </Field>
      </div>
    </div>
  );
}
