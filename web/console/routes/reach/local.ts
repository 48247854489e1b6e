/** The host of an address that leads every device to itself: what is handed over with it opens nowhere else. */
export function localHost(address: string): string | undefined {
  const { hostname, host } = new URL(address);
  const own = hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]';
  return own || /^127\.\d+\.\d+\.\d+$/.test(hostname) ? host : undefined;
}
