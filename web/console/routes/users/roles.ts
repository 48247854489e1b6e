export const roles = ['sender', 'operator', 'admin', 'auditor'] as const;
export type Role = (typeof roles)[number];

export function isRole(text: string): text is Role {
  return roles.some((r) => r === text);
}
