const PATHS = {
  power: "M13 2 5 14h6l-1 8 8-12h-6z",
  seal: "M12 3l7 3v5c0 4.6-2.9 8-7 10-4.1-2-7-5.4-7-10V6z M9 12l2 2 4-4",
  door: "M6 21V4l9-1v18 M15 5h3v16 M3 21h18 M12 12v1",
  voc: "M3 8h10a3 3 0 1 0-3-3 M3 12h15a3 3 0 1 1-3 3 M3 16h7a2.5 2.5 0 1 1-2.5 2.5",
  water: "M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11z",
  tampering: "M4 5h16v14H4z M7 9h10 M12 13v3 M9 16l6-3",
  silence:
    "M3 3l18 18 M5 12.5a10 10 0 0 1 4-2.4 M19 12.5a10 10 0 0 0-5-2.7 M8.5 16a5 5 0 0 1 6-.8 M12 20h.01",
  sealed: "M6 11h12v9H6z M8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  signs: "M12 4 2.5 20h19z M12 10v4 M12 17h.01",
  restarted: "M13 2 5 14h6l-1 8 8-12h-6z",
  unknown:
    "M9 9a3 3 0 1 1 4.2 2.8c-.8.4-1.2 1-1.2 2.2 M12 17.5h.01 M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20z",
  learning: "M3 18c3 0 3-10 6-10s3 7 6 7 3-9 6-9 M3 21h18",
} as const;

/** A line drawing beside a word; it says nothing that the word does not. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
