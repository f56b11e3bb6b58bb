// Theme, language, time zone, keyboard: kept in this browser.
import { Settings as SettingsIcon } from 'lucide-react';
import { useId } from 'react';
import { LANGUAGES, language, loadLanguage, type Language } from '../i18n/text';
import { IconButton } from '../ui/button';
import { Field, Segments, Select, Switch } from '../ui/field';
import { Popover } from '../ui/overlay';
import styles from './settings_menu.module.css';
import { setSettings, useSettings, type Theme } from './settings';
import { t } from './text';
import { allZones, browserZone, zone } from './zones';

const THEMES = ['system', 'light', 'dark'] as const;

export function SettingsMenu() {
  return (
    <Popover label={t('settings')} trigger={<IconButton label={t('settings')} icon={SettingsIcon} />}>
      <SettingsForm />
    </Popover>
  );
}

function SettingsForm() {
  const settings = useSettings();
  const zones = allZones();
  const theme_id = useId();
  const pickLanguage = async (picked: Language) => {
    await loadLanguage(picked);
    setSettings({ language: picked });
  };
  return (
    <div className={styles.form}>
      <div className={styles.row}>
        <span id={theme_id}>{t('theme')}</span>
        <Segments
          label={t('theme')}
          value={settings.theme}
          options={THEMES.map((theme) => ({ value: theme, label: t(`theme_${theme}`) }))}
          onChange={(theme) => setSettings({ theme: theme as Theme })}
        />
      </div>
      <Field label={t('time_zone')}>
        {(parts) => (
          <Select
            {...parts}
            value={settings.time_zone === 'local' ? 'local' : zone()}
            options={[
              { value: 'local', label: t('browser_zone', { zone: browserZone() }) },
              ...zones.map((name) => ({ value: name, label: name })),
            ]}
            onChange={(time_zone) => setSettings({ time_zone })}
          />
        )}
      </Field>
      <Field label={t('language')}>
        {(parts) => (
          <Select
            {...parts}
            value={language()}
            options={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
            onChange={(picked) => void pickLanguage(picked as Language)}
          />
        )}
      </Field>
      <div className={styles.row}>
        <span aria-hidden>{t('shortcuts')}</span>
        <Switch
          label={t('shortcuts')}
          checked={settings.shortcuts}
          onChange={(shortcuts) => setSettings({ shortcuts })}
        />
      </div>
    </div>
  );
}
