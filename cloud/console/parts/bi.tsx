/** One text in both languages: Chinese first, English beside it, smaller and grey. */
export function Bi({ zh, en }: { zh: string; en: string }) {
  return (
    <span class="bi">
      <span lang="zh">{zh}</span>{" "}
      <span class="bi-en" lang="en">
        {en}
      </span>
    </span>
  );
}
