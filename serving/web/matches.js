// A club's matches, told from its side.

/** From a match of the service's lists: opponent, ground, goals, and W, D or L (null while no result is known). */
export function fromSide(match, clubId) {
  const home = match.home.id === clubId;
  const goals = match.score && (home ? [match.score.home, match.score.away] : [match.score.away, match.score.home]);
  return {
    match,
    opponent: home ? match.away : match.home,
    ground: match.neutral ? "neutral" : home ? "home" : "away",
    goals,
    result: goals ? (goals[0] > goals[1] ? "W" : goals[0] < goals[1] ? "L" : "D") : null,
  };
}

/** Those of a club's last matches that began before a kick-off, latest first, without the match itself. */
export function before(page, answer) {
  const itself = (match) =>
    match.home.id === answer.home.id && match.away.id === answer.away.id && Math.abs(new Date(match.day) - new Date(answer.kickoff)) < 2 * 86_400_000;
  return (page?.last_matches ?? []).filter((match) => !itself(match) && match.day < answer.kickoff.slice(0, 10));
}

const WORDS = { W: "Won", D: "Drew", L: "Lost" };
const GROUNDS = { home: "at home to", away: "away to", neutral: "on neutral ground against" };

/** "Lost 2–5 away to Atlético Madrid". */
export function inWords({ result, goals, ground, opponent }) {
  const played = result ? `${WORDS[result]} ${goals[0]}–${goals[1]}` : "Result unknown,";
  return `${played} ${GROUNDS[ground]} ${opponent.name}`;
}
