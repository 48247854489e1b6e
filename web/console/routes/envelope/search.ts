/** handover=1: the page was come to right after sending, and links have to be given to people. */
export function envelopeSearch(s: Record<string, unknown>): { handover?: 1 } {
  return s.handover ? { handover: 1 } : {};
}
