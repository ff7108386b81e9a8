// Live events, created when the benchmark requests them; `sent` is sent as the cursor.
let number = 0;

export function event(sent) {
  number += 1;
  return {
    cursor: String(sent),
    at: '2026-11-23T10:00:00.000000+00:00',
    place: 'india/chhattisgarh/raipur/civil-lines',
    urgency: 'EXPECTED',
    action: { kind: 'SUBMIT', actor: 'REPORTER', state: 'RECEIVED' },
    report: {
      reference: `RPR-${number}`,
      state: 'RECEIVED',
      categoryCode: 'traffic.signal-jumping',
    },
  };
}

export async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}
