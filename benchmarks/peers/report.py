"""Tables, ratios and the chart of one set."""
import json
import math
import os
import statistics

RATIOS = ["0.9", "0.95", "0.98", "0.99"]
COLOURS = ["#d62728", "#1f77b4", "#2ca02c", "#98df8a", "#bcbd22", "#ff7f0e", "#9467bd", "#8c564b", "#7f7f7f", "#17becf"]
LOWEST = 0.7


def axis(recall):
    """Recalls are placed by the share that is missed: from .9 to .99 is as far as from .99 to .999."""
    return -math.log10(1 - min(recall, 1) + 1e-4)


def speed_at(points, recall):
    """Queries a second at a recall: between two settings by a straight line of log speed over axis(recall).

    A setting that another beats in both counts for nothing. Below the lowest recall measured the fastest setting stands for the peer,
    which answers better than asked; above the highest there is no figure.
    """
    best, frontier = 0, []
    for point_recall, speed in sorted(points, reverse=True):
        if speed > best:
            best = speed
            frontier.insert(0, (point_recall, speed))
    if recall <= frontier[0][0]:
        return frontier[0][1]
    for (low, fast), (high, slow) in zip(frontier, frontier[1:]):
        if recall <= high:
            share = (axis(recall) - axis(low)) / (axis(high) - axis(low))
            return fast * (slow / fast) ** share
    return None


def curve(lines):
    return [(line["recall"], statistics.median(line["rounds"])) for line in lines]


def number(value):
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def recall_text(value):
    return f"{value:.4f}".lstrip("0") if value < 1 else "1"


def write(facts, lines, skipped, machine, options):
    """Writes the files of a set; the text of its tables."""
    name = facts["name"]
    with open(os.path.join(options.out, f"{name}.jsonl"), "w") as file:
        for line in lines:
            file.write(json.dumps(line) + "\n")
    peers = list(dict.fromkeys(line["beside"] for line in lines))
    # All the rounds of HashDb, beside whomever.
    ours = {}
    for line in lines:
        if line["peer"] == "HashDb":
            ours.setdefault(line["setting"], {**line, "rounds": []})["rounds"].extend(line["rounds"])
    curves = {"HashDb": list(ours.values())} | {peer: [line for line in lines if line["peer"] == peer] for peer in peers}
    text = [
        f"# {name}: {facts['rows']:,} x {facts['dimensions']}, {facts['queries']:,} queries, top 10",
        "",
        f"One thread, one query a call (a batch where the setting is 100); median of {options.rounds} rounds of {options.seconds:g} s a setting,"
        f" HashDb and the peer in turns. {machine}",
        "",
        *ratio_table(lines, peers),
        *build_table(curves),
        *speed_table(curves),
        "## What was run",
        *[f"- {peer}: {found[0]['about']}" for peer, found in curves.items() if found],
        *[f"- **SKIPPED {peer}**: {reason}" for peer, reason in skipped],
    ]
    with open(os.path.join(options.out, f"{name}.md"), "w") as file:
        file.write("\n".join(text) + "\n")
    with open(os.path.join(options.out, f"{name}.svg"), "w") as file:
        file.write(chart(name, {peer: curve(found) for peer, found in curves.items() if found}))
    return "\n".join(text) + "\n"


def ratio_table(lines, peers):
    """In each round by itself, so that a disturbance of the machine meets both; then the median, the least and the most."""
    found = ["## Queries a second, HashDb / peer at HashDb's recall", "", f"| peer | {' | '.join('target ' + t[1:] for t in RATIOS)} |",
             "|---" * (len(RATIOS) + 1) + "|"]
    for peer in peers:
        cells = []
        theirs = [line for line in lines if line["peer"] == peer]
        for target in RATIOS:
            ours = next(line for line in lines if line["peer"] == "HashDb" and line["beside"] == peer and line["setting"] == target)
            ratios = []
            for index, speed in enumerate(ours["rounds"]):
                other = speed_at([(line["recall"], line["rounds"][index]) for line in theirs], ours["recall"])
                if other:
                    ratios.append(speed / other)
            cells.append(f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})" if ratios else "not reached")
        found.append(f"| {peer} | {' | '.join(cells)} |")
    return found + [""]


def build_table(curves):
    found = ["## Building", "", "| | inserts/s | ready after, s | bytes a vector beside the vectors |", "|---|---|---|---|"]
    for peer, lines in curves.items():
        if not lines:
            continue
        first = lines[0]
        earlier = "" if first["built"] else " (built in an earlier run)"
        found.append(f"| {peer} | {number(first['insertsPerSecond'])}{earlier} | {first['readySeconds']:.1f} | {first['bytesPerVector']:.0f} |")
    return found + [""]


def speed_table(curves):
    found = ["## Recall and queries a second", "", "| | setting | recall | queries/s | least | most |", "|---|---|---|---|---|---|"]
    for peer, lines in curves.items():
        for line in lines:
            rounds = line["rounds"]
            found.append(f"| {peer} | {line['setting']} | {recall_text(line['recall'])} | {number(statistics.median(rounds))} |"
                         f" {number(min(rounds))} | {number(max(rounds))} |")
    return found + [""]


def chart(name, curves):
    """Queries a second by recall, both on scales of logarithms."""
    wide, high, left, top, right, bottom = 900, 520, 70, 50, 180, 50
    curves = {peer: points for peer, points in curves.items() if any(recall >= LOWEST for recall, _ in points)}
    speeds = [speed for points in curves.values() for recall, speed in points if recall >= LOWEST]
    low, most = math.floor(math.log10(min(speeds))), math.ceil(math.log10(max(speeds)))

    def x(recall):
        return left + (axis(recall) - axis(LOWEST)) / (axis(1) - axis(LOWEST)) * (wide - left - right)

    def y(speed):
        return high - bottom - (math.log10(speed) - low) / (most - low) * (high - top - bottom)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="12">',
           f'<rect width="{wide}" height="{high}" fill="white"/>',
           f'<text x="{left}" y="25" font-size="16">{name}: queries a second on one thread by recall of the nearest 10</text>']
    for recall in (0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1):
        out.append(f'<path d="M{x(recall):.1f} {top}V{high - bottom}" stroke="#ddd"/>'
                   f'<text x="{x(recall):.1f}" y="{high - bottom + 18}" text-anchor="middle">{recall:g}</text>')
    for power in range(low, most + 1):
        out.append(f'<path d="M{left} {y(10 ** power):.1f}H{wide - right}" stroke="#ddd"/>'
                   f'<text x="{left - 6}" y="{y(10 ** power) + 4:.1f}" text-anchor="end">{10 ** power:,g}</text>')
    for index, (peer, points) in enumerate(curves.items()):
        colour = COLOURS[index % len(COLOURS)]
        shown = sorted((recall, speed) for recall, speed in points if recall >= LOWEST)
        places = [f"{x(recall):.1f} {y(speed):.1f}" for recall, speed in shown]
        if peer not in ("numpy", "FAISS Flat"):
            out.append(f'<path d="M{" L".join(places)}" fill="none" stroke="{colour}" stroke-width="{3 if peer == "HashDb" else 1.5}"/>')
        out += [f'<circle cx="{place.split()[0]}" cy="{place.split()[1]}" r="3" fill="{colour}"/>' for place in places]
        out.append(f'<text x="{wide - right + 20}" y="{top + 20 * index + 10}" fill="{colour}">{peer}</text>')
    return "\n".join(out + ["</svg>", ""])
