import { textOf } from '../../../i18n/text';

export const t = textOf<typeof import('../../../i18n/en/dag_details.json')>('dag_details');
