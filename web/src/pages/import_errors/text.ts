import { textOf } from '../../i18n/text';

export const t = textOf<typeof import('../../i18n/en/import_errors.json')>('import_errors');
