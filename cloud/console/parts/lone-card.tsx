import type { ComponentChildren } from "preact";

/** The product's name above one card: all there is before somebody is let in. */
export function LoneCard({ children }: { children: ComponentChildren }) {
  return (
    <main class="entrance">
      <p class="brand">
        <img src="/assets/console/icon.svg" width="32" height="32" alt="" />
        <span class="brand-name" lang="zh">
          封哨
        </span>
        <span class="brand-en" lang="en">
          Sealwatch
        </span>
      </p>
      <section class="card">{children}</section>
    </main>
  );
}
