import type { Params } from '@shared/i18n';
import type { IconName } from '../../parts';
import type { Envelope, Event } from './queries';

/** One line of an envelope's history. */
export interface Entry {
  seq: number;
  at: string;
  key: string;
  icon: IconName;
  tone: 'ok' | 'warn' | 'bad' | 'info' | 'plain';
  params: Params;
  /** Of no interest as long as all goes well. */
  minor: boolean;
  index: number | null;
}

type Look = [IconName, Entry['tone'], minor?: boolean];

const looks: { [type: string]: Look } = {
  'envelope.created': ['plus', 'plain'],
  'envelope.updated': ['edit', 'plain', true],
  'envelope.preparing': ['send', 'plain', true],
  'envelope.prepare_failed': ['alert', 'bad'],
  'envelope.sent': ['send', 'info'],
  'envelope.completed': ['check', 'ok'],
  'envelope.sealed': ['lock', 'ok'],
  'envelope.delivered': ['done', 'ok'],
  'envelope.voided': ['ban', 'bad'],
  'envelope.expired': ['clock', 'bad'],
  'document.added': ['document', 'plain', true],
  'document.removed': ['document', 'plain', true],
  'document.prepared': ['document', 'plain', true],
  'document.sealed': ['lock', 'ok'],
  'document.stalled': ['alert', 'warn'],
  'document.renewed': ['lock', 'ok'],
  'document.renewal_stalled': ['alert', 'warn'],
  'seal.started': ['lock', 'plain', true],
  'evidence.certificate': ['certificate', 'plain'],
  'message.queued': ['mail', 'plain', true],
  'message.sent': ['mail', 'plain'],
  'message.kept': ['message', 'plain'],
  'message.failed': ['mail', 'bad'],
  'link.revealed': ['link', 'warn'],
  'recipient.opened': ['eye', 'plain'],
  'recipient.signed_in': ['eye', 'plain'],
  'recipient.consented': ['check', 'plain'],
  'recipient.viewed': ['document', 'plain', true],
  'recipient.saved': ['edit', 'plain', true],
  'recipient.signed': ['signature', 'ok'],
  'recipient.declined': ['x-circle', 'bad'],
  'handover.started': ['phone', 'plain', true],
  'handover.taken': ['phone', 'plain'],
};

/** Events in plain words, newest first. Repeated savings by one person stand as one line. */
export function entriesOf(events: Event[], e: Envelope, actor: (event: Event) => string): Entry[] {
  const kept = events.some(
    (event) => event.type === 'message.kept' && fact(event, 'template') === 'completed',
  );
  const entries: Entry[] = [];
  for (const [i, event] of events.entries()) {
    const next = events[i + 1];
    if (event.type === 'recipient.saved' && next?.type === event.type && next.actor.id === event.actor.id)
      continue;
    const entry = entryOf(event, e, actor);
    // Handed out is what went out; what is kept here waits for somebody to hand it over.
    if (event.type === 'envelope.delivered' && kept) entry.key += '.kept';
    entries.push(entry);
  }
  return entries.reverse();
}

function entryOf(event: Event, e: Envelope, actor: (event: Event) => string): Entry {
  const [icon, tone, minor = false] = looks[event.type] ?? ['info', 'plain', true];
  const recipient = e.recipients.find((r) => r.id === fact(event, 'recipient'));
  const document = e.documents.find((d) => d.id === fact(event, 'document'));
  return {
    seq: event.seq,
    at: event.at,
    key: keyOf(event, recipient !== undefined),
    icon,
    tone,
    minor,
    index: event.index,
    params: {
      who: actor(event),
      to: recipient ? recipient.name || recipient.email : '',
      document: document?.name ?? '',
      type: event.type,
    },
  };
}

/** Messages differ by what they say; those to the sender and what we have no words for have keys of their own. */
function keyOf(event: Event, toRecipient: boolean): string {
  if (!(event.type in looks)) return 'event.other';
  if (!event.type.startsWith('message.')) return `event.${event.type}`;
  if (!toRecipient) return `event.${event.type}.sender`;
  const template = fact(event, 'template');
  const invites = template === 'invite' || template === 'invite_view' || template === 'new_link';
  return `event.${event.type}.${invites ? 'invite' : template === 'completed' ? 'completed' : 'other'}`;
}

/** A fact of an event, where it is a text. */
export function fact(event: Event, name: string): string {
  const { facts } = event;
  if (typeof facts !== 'object' || facts === null) return '';
  const value: unknown = Reflect.get(facts, name);
  return typeof value === 'string' ? value : '';
}
