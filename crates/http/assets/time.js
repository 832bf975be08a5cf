// Times in the reader's zone. The server writes UTC; that stays as the tooltip.
// <time datetime="…Z" data-time="date|short"> ("short": no zone, for columns whose head has <span data-zone>UTC</span>).
const parts = {
  date: { dateStyle: "medium" },
  short: { dateStyle: "medium", timeStyle: "short" },
  full: { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" },
};
const lang = document.documentElement.lang || undefined;
const formats = Object.fromEntries(Object.entries(parts).map(([name, how]) => [name, new Intl.DateTimeFormat(lang, how)]));

export function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const when = new Date(time.dateTime);
    if (time.title || Number.isNaN(when.getTime())) continue;
    time.title = time.textContent;
    time.textContent = (formats[time.dataset.time] ?? formats.full).format(when);
  }
  const zone = formats.full.formatToParts(new Date()).find((part) => part.type === "timeZoneName")?.value;
  if (zone) for (const place of root.querySelectorAll("[data-zone]")) place.textContent = zone;
}

localTimes(document);
