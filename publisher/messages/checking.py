"""What the checks of a post's text say: what is wrong, by which rule, and what to write."""

from __future__ import annotations

from publisher.i18n import N_

SAID = {
    "field-wanted": (
        N_("The post has no {key_label}; every item must state it (TT 24/2011/TT-BTTTT)."),
        N_("Add a line: {key}: ..."),
    ),
    "title-long": (
        N_("The title has {length} characters; lists of posts cut off what is beyond {limit}."),
        N_("Shorten it; what it leaves out can stand in the excerpt."),
    ),
    "title-capitals": (
        N_("The title is all in capitals, which are hard to read and read out letter by letter."),
        N_("Write, with capitals for names alone: title: {fixed}"),
    ),
    "excerpt-long": (
        N_("The excerpt has {length} characters; lists of posts cut off what is beyond {limit}."),
        N_("Leave one or two sentences that say what is new."),
    ),
    # For everybody: TT 32/2017/TT-BTTTT, Điều 18; WCAG 2.0
    "alt-missing": (
        N_(
            "The picture {path} has no text that describes it, so that who can't see it learns "
            "nothing of it (TT 32/2017/TT-BTTTT, article 18; WCAG 1.1.1)."
        ),
        N_("Write what it shows: ![Two people at the reception desk]({link})"),
    ),
    "alt-name": (
        N_(
            "“{value}” is the name of a file, not a description of what the picture shows "
            "(TT 32/2017/TT-BTTTT, article 18; WCAG 1.1.1)."
        ),
        N_("Write what it shows: ![Two people at the reception desk]({link})"),
    ),
    "heading-empty": (
        N_("The heading has no words (WCAG 2.4.6)."),
        N_("Write the heading after the # marks, or delete the line."),
    ),
    "heading-skipped": (
        N_(
            "The heading “{line}” leaves out a level, so that the parts of the post can't be "
            "followed with a screen reader (TT 32/2017/TT-BTTTT, article 18; WCAG 1.3.1)."
        ),
        N_("Write: {fixed}"),
    ),
    "link-text": (
        N_(
            "The words of the link, “{link}”, do not say where it leads "
            "(TT 32/2017/TT-BTTTT, article 18; WCAG 2.4.4)."
        ),
        N_("Name the page it leads to: [Procedures of the department](address)"),
    ),
    "table-header": (
        N_(
            "The first row of the table is empty, so that nobody is told what its columns hold "
            "(TT 32/2017/TT-BTTTT, article 18; WCAG 1.3.1)."
        ),
        N_("Write the names of the columns into the first row: | Content | Number |"),
    ),
    # Laws
    "law-expired": (
        N_("{name} is no longer in force since {since}, before the date of the post."),
        N_("Cite what is in force now; or say in the sentence that it is no longer in force."),
    ),
    "law-early": (
        N_("{name} comes into force on {since} only, after the date of the post."),
        N_("Say in the sentence from when it is in force: (in force from {since})."),
    ),
    # Personal data: Luật 91/2025/QH15, NĐ 356/2025/NĐ-CP
    "personal-phone": (
        N_("{value} looks like somebody's phone number (personal data, Law 91/2025/QH15)."),
        N_("Delete it; if it is the office's own, add it to phones in config.toml."),
    ),
    "personal-id": (
        N_("{value} looks like an identity number (personal data, Law 91/2025/QH15)."),
        N_("Delete it, also from pictures; a post does not need it."),
    ),
    "personal-email": (
        N_("{value} looks like somebody's e-mail address (personal data, Law 91/2025/QH15)."),
        N_("Delete it; if it is the office's own, add it to emails in config.toml."),
    ),
    "personal-plate": (
        N_("{value} looks like a number plate (personal data, Law 91/2025/QH15)."),
        N_("Delete it, also from pictures; a post does not need it."),
    ),
    # Encodings: documents of the State are in Unicode, TCVN 6909:2001
    "encoding-tcvn3": (
        N_(
            "The text is in the old encoding TCVN3 (fonts .VnTime), not in Unicode "
            "(TCVN 6909:2001), and nobody can read it: {value}"
        ),
        N_("Convert it with UniKey (Ctrl+Shift+F6, from TCVN3 to Unicode). It may say: {fixed}"),
    ),
    "encoding-vni": (
        N_(
            "The text is in the old encoding VNI (fonts VNI-Times), not in Unicode "
            "(TCVN 6909:2001), and nobody can read it: {value}"
        ),
        N_("Convert it with UniKey (Ctrl+Shift+F6, from VNI to Unicode). It may say: {fixed}"),
    ),
    "encoding-twice": (
        N_("The letters broke when the text was copied or converted: {value}"),
        N_("Copy it once more from where it came from, or type it again."),
    ),
    "encoding-lost": (
        N_("Letters were lost when the text was copied or converted: {value}"),
        N_("Type the letters in place of each � again."),
    ),
    # Writing
    "typing-slip": (
        N_("There are two spaces or more within a sentence: {value}"),
        N_("Write: {fixed}"),
    ),
    "slogan": (
        N_("The slogan is not written as the plan has it: {value}"),
        N_("Write: {fixed}"),
    ),
    # Links that were tried
    "link-broken": (
        N_("The link leads to a page that does not exist (answer {status}): {link}"),
        N_("Open it in a browser; correct the address or delete the link."),
    ),
    "links-offline": (
        N_("No link could be tried, since this computer reaches none of their {count} addresses."),
        N_("Connect to the Internet and run the command again."),
    ),
    # The catalogue of laws
    "laws-not-found": (
        N_("The file of laws that [checks] names is not there: {file}"),
        N_("Put it beside config.toml, or delete the line: laws = ..."),
    ),
    "law-number": (
        N_("“{value}” is not the number of a law as it is cited."),
        N_('Write: number = "61/2018/ND-CP", in its full form.'),
    ),
    "law-table": (
        N_("The laws do not stand in tables of their own."),
        N_("Begin each with a line [[law]]."),
    ),
}

REASONS = {
    ("field-wanted", "kind"): (
        N_("The post has no kind, by which the yearly report counts (the plan, part III)."),
        N_("Add a line: kind: tin (or bai, anh, video, infographic)."),
    ),
    ("field-wanted", "theme"): (
        N_("The post has no theme, by which the yearly report counts (the plan, part II)."),
        N_("Add a line: theme: ..., with one of the codes of [themes] in config.toml."),
    ),
    ("field-wanted", "source"): (
        N_("The post has no source, which every item should state (TT 24/2011/TT-BTTTT)."),
        N_("Add a line: source: ..., the office or newspaper that the text comes from."),
    ),
    ("alt-missing", "gallery"): (
        N_(
            "The picture {path} has no text that describes it, so that who can't see it learns "
            "nothing of it (TT 32/2017/TT-BTTTT, article 18; WCAG 1.1.1)."
        ),
        N_("Add below its path: alt: Two people at the reception desk"),
    ),
    ("alt-name", "gallery"): (
        N_(
            "“{value}” is the name of a file, not a description of what the picture shows "
            "(TT 32/2017/TT-BTTTT, article 18; WCAG 1.1.1)."
        ),
        N_("Write what it shows: alt: Two people at the reception desk"),
    ),
    ("link-text", "empty"): (
        N_(
            "The link has no words, so that nobody can see it or hear of it "
            "(TT 32/2017/TT-BTTTT, article 18; WCAG 2.4.4)."
        ),
        N_("Name the page it leads to: [Procedures of the department](address)"),
    ),
    ("link-text", "bare"): (
        N_(
            "A bare address stands in the text, which is read out letter by letter "
            "(TT 32/2017/TT-BTTTT, article 18; WCAG 2.4.4): {link}"
        ),
        N_("Name the page it leads to: [Procedures of the department]({link})"),
    ),
    ("law-expired", "replaced"): (
        N_("{name} is no longer in force since {since}, before the date of the post."),
        N_(
            "In its place is now: {other}. Cite that; or say in the sentence that the old one "
            "is no longer in force."
        ),
    ),
    ("encoding-twice", "known"): (
        N_("The letters broke when the text was copied or converted: {value}"),
        N_("Copy it once more from where it came from, or type it again. It may say: {fixed}"),
    ),
    ("typing-slip", "before"): (
        N_("There is a space before a punctuation mark: {value}"),
        N_("Write: {fixed}"),
    ),
    ("typing-slip", "after"): (
        N_("There is no space after a punctuation mark: {value}"),
        N_("Write: {fixed}"),
    ),
    ("typing-slip", "twice"): (
        N_("A punctuation mark stands twice: {value}"),
        N_("Write: {fixed}"),
    ),
    ("link-broken", "server"): (
        N_("The server of the link has an error (answer {status}): {link}"),
        N_("Try again later; if it stays so, delete the link."),
    ),
    ("link-broken", "timeout"): (
        N_("The server of the link did not answer in time: {link}"),
        N_("Try again later; if it stays so, delete the link."),
    ),
    ("link-broken", "unreachable"): (
        N_("The server of the link can't be reached: {link}"),
        N_("Check how the address is written."),
    ),
    ("link-broken", "certificate"): (
        N_("The certificate of the linked website is not valid, and browsers warn of it: {link}"),
        N_("Look for another address, or tell the owner of that website."),
    ),
    ("link-broken", "redirects"): (
        N_("The link leads from address to address without end: {link}"),
        N_("Open it in a browser and write the address at which it ends."),
    ),
    ("link-broken", "private"): (
        N_("The link leads into an internal network, where readers can't follow: {link}"),
        N_("Write an address that everybody can open, or delete the link."),
    ),
    ("link-broken", "form"): (
        N_("The address of the link is not written as one: {link}"),
        N_("Write the whole address, beginning with https://."),
    ),
}

IN_WORD = {
    "title-missing": N_("Add a line at the top of the document: Tiêu đề: ..."),
    "field-wanted": N_("Add a line at the top of the document: {key_label}: ..."),
    "alt-missing": N_("In Word, right-click the picture, choose View Alt Text, and describe it."),
    "alt-name": N_("In Word, right-click the picture, choose View Alt Text, and describe it."),
    "body-empty": N_("Write the text into the document, below the lines with its data."),
}
"""What to do about it in a Word document, where that is done otherwise."""
