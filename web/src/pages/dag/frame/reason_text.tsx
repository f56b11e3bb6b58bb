// A reason as the server says it, with its times in the zone that one has picked.
import { Fragment } from 'react';
import { TimeText } from '../../../ui/time';

const TIME = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/;

export const ReasonText = ({ text }: { text: string }) =>
  text
    .split(TIME)
    .map((part, at) => (at % 2 === 1 ? <TimeText key={at} value={part} /> : <Fragment key={at}>{part}</Fragment>));
