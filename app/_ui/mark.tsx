/** The crane that lifts a boat from its ship; the word is drawn, so no font is needed. */
export function Wordmark({ className, label }: { className?: string; label: string }) {
  return (
    <svg
      viewBox="0 0 66 18"
      role="img"
      aria-label={label}
      fill="none"
      stroke="currentColor"
      strokeLinecap="round"
      strokeLinejoin="round"
      className={className}
    >
      <title>{label}</title>
      <g strokeWidth="2" transform="translate(0 1)">
        <Crane />
      </g>
      <g strokeWidth="1.9">
        <circle cx="27" cy="11.6" r="3.6" />
        <path d="M30.6 3.4v11.8" />
        <circle cx="38" cy="11.6" r="3.6" />
        <path d="M41.6 8v7.2" />
        <path d="M45 8l3.2 7.2L51.4 8" />
        <path d="M55 8v7.2" />
        <path d="M55 4.4v.01" strokeWidth="2.3" />
        <path d="M59.8 4.6v8.3a2.3 2.3 0 0 0 2.3 2.3h1.1" />
        <path d="M58 8h5" />
      </g>
    </svg>
  );
}

/** The crane alone, on its grid of 16 px; what it stands for is said by the link around it. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      className={className}
    >
      <Crane />
    </svg>
  );
}

function Crane() {
  return (
    <>
      <path d="M3 14.5V6.75A4.25 4.25 0 0 1 7.25 2.5H12.25" />
      <path d="M11 3v5.5" strokeWidth="1.5" />
      <path
        d="M7.25 8.75h7.5l-1 3.05a1.7 1.7 0 0 1-1.6 1.2H9.85a1.7 1.7 0 0 1-1.6-1.2z"
        fill="currentColor"
        strokeWidth="1"
      />
      <path d="M1 14.5h4" />
    </>
  );
}
