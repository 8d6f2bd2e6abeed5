// A token's text taken apart, as anybody may: nothing here is verified.

export function decode(text) {
  const parts = text.trim().split(".");
  if (parts.length !== 3) return null;
  try {
    return { header: JSON.parse(unpack(parts[0])), claims: JSON.parse(unpack(parts[1])), signature: parts[2] };
  } catch {
    return null;
  }
}

function unpack(part) {
  const raw = atob(part.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(raw, (c) => c.charCodeAt(0)));
}
