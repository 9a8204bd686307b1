// What people are told, until it is delivered or has failed.
import type { Changes } from './changes.ts';

export const noticesChanges = {
  told(next, data, at) {
    const { notice, ...said } = data;
    const { phase, level, drill } = next;
    return {
      ...next,
      counters: { ...next.counters, notice: next.counters.notice + 1 },
      notices: [...next.notices, { id: notice, ...said, at, phase, level, drill }],
    };
  },

  noticeDelivered(next, data) {
    return { ...next, notices: next.notices.filter((notice) => notice.id !== data.notice) };
  },

  noticeFailed(next, data) {
    return { ...next, notices: next.notices.filter((notice) => notice.id !== data.notice) };
  },
} satisfies Changes;
