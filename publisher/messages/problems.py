"""What each problem code means in words, and what to do about it."""

from __future__ import annotations

from gettext import gettext as _

from publisher.i18n import N_
from publisher.messages import (
    channels,
    checking,
    counting,
    delivering,
    folders,
    handing,
    media,
    people,
    printing,
    running,
    services,
    timing,
    websites,
)
from publisher.messages.labels import field
from publisher.model import Problem

_SAID = {
    **checking.SAID,
    **counting.SAID,
    **timing.SAID,
    **channels.SAID,
    **delivering.SAID,
    **folders.SAID,
    **handing.SAID,
    **media.SAID,
    **people.SAID,
    **printing.SAID,
    **running.SAID,
    **services.SAID,
    **websites.SAID,
    # Reading a post
    "encoding": (
        N_("The file is not saved as UTF-8, so its Vietnamese letters can't be read."),
        N_("In Notepad: File, Save as, Encoding: UTF-8."),
    ),
    "front-matter-missing": (
        N_("The file does not begin with its data (title, date, ...) between two lines of ---."),
        N_('Begin the file with: ---, then title: "...", then --- again. See "publisher new".'),
    ),
    "front-matter-open": (
        N_("The data at the top of the file begins with --- but has no second --- line."),
        N_("Put a line with --- after the last line of the data."),
    ),
    "front-matter-long": (
        N_("The data at the top of the file is longer than {limit} KB."),
        N_("Check that the second --- line stands right after the data."),
    ),
    "yaml": (
        N_("This line of the data can't be read: {line}"),
        N_('Write it as "name: value"; put the value in double quotes.'),
    ),
    "yaml-line": (
        N_("This line of the data can't be read: {line}"),
        N_("Write: {fixed}"),
    ),
    "yaml-colon": (
        N_("The value has a colon in it and is not in quotes: {line}"),
        N_("Write: {fixed}"),
    ),
    "yaml-tab": (
        N_("The line is indented with a tab: {line}"),
        N_("Use spaces in place of the tab."),
    ),
    "yaml-quote": (
        N_("A quotation mark is opened here and never closed: {line}"),
        N_("Write: {fixed}"),
    ),
    "yaml-character": (
        N_("The data at the top holds a character that can't be shown."),
        N_("Delete the data and type it again, or begin from a new file."),
    ),
    "key-unknown": (
        N_("The name “{key}” is not known."),
        N_("Did you mean “{meant}”?"),
    ),
    "key-twice": (
        N_("“{key}” is given twice; the first time on line {first}."),
        N_("Delete one of the two lines."),
    ),
    "title-missing": (
        N_("The post has no title."),
        N_('Add: title: "..."'),
    ),
    "value-long": (
        N_("The {key_label} has {length} characters; at most {limit} are allowed."),
        N_("Shorten it."),
    ),
    "value-type": (
        N_("The value of “{key}” has the wrong form."),
        N_("Write a text, or a list with one line “- ...” for each value."),
    ),
    "date-form": (
        N_("“{value}” is not a date."),
        N_("Write day/month/year and the time, such as 15/03/2023 08:00."),
    ),
    "choice": (
        N_("“{value}” is not a value of “{key}”."),
        N_("Write one of: {choices}."),
    ),
    "slug-form": (
        N_("The address “{value}” has letters that an address can't have."),
        N_("Write: slug: {fixed}"),
    ),
    "id-form": (
        N_("The id “{value}” has characters that an id can't have."),
        N_("Write: id: {fixed}"),
    ),
    # Between and within posts
    "key-taken": (
        N_("Another file has the same id “{value}”: {other}."),
        N_("Give one of the two another file name, or another id."),
    ),
    "slug-taken": (
        N_("Another post has the same address “{value}”: {other}."),
        N_("Give this post an address of its own, such as: slug: {value}-2"),
    ),
    "body-empty": (
        N_("The post has no text."),
        N_("Write the text below the second --- line."),
    ),
    "nesting-too-deep": (
        N_("Lists, quotes or HTML are nested too deeply."),
        N_("Write the text with fewer levels."),
    ),
    "html-removed": (
        N_("<{tag}> is not allowed on the website and was removed with all that is in it."),
        N_("For a video write a link to it; a script can't be published."),
    ),
    "link-dead": (
        N_("The link leads to a file that does not exist: {link}"),
        N_("Check the name of the file; a link to another post is its path from this file."),
    ),
    "link-refused": (
        N_("This link is not allowed and was removed: {link}"),
        N_("Write an address that begins with https://, mailto: or tel:."),
    ),
    "link-relative": (
        N_("The link leads nowhere on the website and was removed: {link}"),
        N_("Write the whole address, beginning with https://, or the path of another post's file."),
    ),
    # Pictures
    "picture-missing": (
        N_("The picture is not there: {path}"),
        N_("Put it beside the post or into media/, and check its name."),
    ),
    "picture-remote": (
        N_("The picture lies on another website: {path}"),
        N_("Save it beside the post, if you may use it, and name that file."),
    ),
    "picture-embedded": (
        N_("The picture is part of the text itself instead of a file."),
        N_("Save it as a file beside the post, and name that file."),
    ),
    "picture-broken": (
        N_("The picture can't be opened; the file is damaged or is not a picture."),
        N_("Open it on your computer, save it again as JPEG or PNG."),
    ),
    "picture-format": (
        N_("Pictures of the form {format} can't be used."),
        N_("Save it as {save_as}."),
    ),
    "picture-too-big": (
        N_("The picture has too many pixels ({width} × {height})."),
        N_("Make it smaller first; 4000 pixels on the longest side are plenty."),
    ),
    "picture-large": (
        N_("The picture's file is larger than {limit} MB."),
        N_("Make it smaller, or save it as JPEG."),
    ),
    # Word documents
    "post-form": (
        N_("A {suffix} file can't be a post, so it is left where it is."),
        N_("Open it in Word and save it as .docx, or delete it here if it is no post."),
    ),
    "word-broken": (
        N_("The file is damaged, or is no Word document."),
        N_("Open it in Word, save it again as .docx, and close it."),
    ),
    "word-old": (
        N_("The file is of an old version of Word (.doc), though its name ends in .docx."),
        N_("Open it in Word, and choose Save as, Word document (.docx)."),
    ),
    "word-encrypted": (
        N_("The document is locked with a password."),
        N_("Open it in Word, take the password off (File, Info, Protect document), and save it."),
    ),
    "word-other": (
        N_("The file is {format}, though its name ends in .docx."),
        N_("Open it in Word, and choose Save as, Word document (.docx)."),
    ),
    "word-macro": (
        N_("The document holds a program (a macro), so it was not opened."),
        N_(
            "Save it as Word document (.docx) without macros; ask whoever sent it what "
            "the macro does."
        ),
    ),
    "word-unsafe": (
        N_("The document is built in a way that can harm a computer, so it was not opened."),
        N_("Copy its text into a new Word document, and use that one."),
    ),
    "word-bomb": (
        N_(
            "The document would fill more than {limit} MB when it is unpacked, so it "
            "was not opened."
        ),
        N_("Copy its text into a new Word document; make very large pictures smaller."),
    ),
    "word-lost-equation": (
        N_("Equations are left out: {count}."),
        N_("Write them as words, or insert them as a picture with a text alternative."),
    ),
    "word-lost-chart": (
        N_("Charts and SmartArt are left out: {count}."),
        N_("Copy each one, and paste it as a picture with a text alternative."),
    ),
    "word-lost-shape": (
        N_("Drawn shapes are left out: {count}."),
        N_("Copy them, and paste them as a picture with a text alternative."),
    ),
    "word-lost-metafile": (
        N_("Pictures in the form WMF or EMF are left out: {count}."),
        N_("Copy each one, and paste it as PNG or JPEG (Paste special)."),
    ),
    "word-lost-picture": (
        N_("Pictures whose content is missing in the document: {count}."),
        N_("Delete them, and insert them again from their files."),
    ),
    "word-lost-remote": (
        N_("Parts that lie outside of the document were not fetched: {count}."),
        N_("Insert linked pictures into the document itself, from their files."),
    ),
    "word-lost-object": (
        N_("Embedded objects (Excel sheets, files) are left out: {count}."),
        N_("Make a table in Word, or paste a picture."),
    ),
    "word-lost-comment": (
        N_("Comments are left out: {count}."),
        N_("Nothing to do if they were meant for colleagues; else write them into the text."),
    ),
    "word-lost-header": (
        N_("Headers and footers with words are left out: {count}."),
        N_("Write what readers need into the text itself."),
    ),
    "word-lost-contents": (
        N_("The table of contents is left out (lines: {count})."),
        N_("Nothing to do: a page on the web needs none."),
    ),
    "word-lost-hidden": (
        N_("Hidden text or pictures are left out: {count}."),
        N_("Delete what is not meant to be read; else switch Hidden off under Font."),
    ),
    "word-lost-symbol": (
        N_("Signs of a special font are left out: {count}."),
        N_("Write a letter or a sign of the usual fonts."),
    ),
    "word-lost-anchor": (
        N_("Links to a place within the document became plain text: {count}."),
        N_("Name the section in words instead."),
    ),
    "word-changes": (
        N_("Tracked changes are taken as accepted: {count}."),
        N_("Check the text in Word, accept or reject the changes, and save it."),
    ),
    "word-cropped": (
        N_("Cropped pictures are shown whole, with what was cut away: {count}."),
        N_("In Word: Compress pictures, with “Delete cropped areas of pictures”."),
    ),
    "word-field": (
        N_("Fields (dates, calculations, merge fields) show what they last showed: {count}."),
        N_("Check what stands there, or write it as plain text."),
    ),
    "word-textbox": (
        N_("The words of text boxes became ordinary paragraphs: {count}."),
        N_("Check where they stand; better write them as paragraphs."),
    ),
    "word-nested-table": (
        N_("Tables within tables became lines of a cell: {count}."),
        N_("Make one table of both, or set one below the other."),
    ),
    "import-form": (
        N_("Only Word documents (.docx) can be turned into Markdown."),
        N_("Open it in Word, and save it as .docx."),
    ),
    "import-exists": (
        N_("There is something at this place already, so nothing was written."),
        N_("Choose another place with --into, or delete what is there first."),
    ),
    "import-outside": (
        N_("The place for the post is not in the folder of posts."),
        N_("Write: --into {fixed}"),
    ),
    # Files and folders
    "post-long": (
        N_("The file is longer than {limit} KB; that is no post."),
        N_("Move it out of the folder of posts."),
    ),
    "file-unreadable": (
        N_("The file can't be read: {error}"),
        N_("Close it in other programs, and check that you may open it."),
    ),
    "file-unwritable": (
        N_("The file can't be written: {error}"),
        N_("Close it in other programs, and check that you may write there."),
    ),
    "calendar-name": (
        N_("A calendar is written into a file whose name ends with .ics."),
        N_("Write --ics {name}"),
    ),
    "calendar-other": (
        N_("This file is no calendar, so it is not written over."),
        N_("Choose another name, such as --ics {name}"),
    ),
    "template-placeholder": (
        N_("The template has placeholders that are not known here: {names}"),
        N_("Those that are: {known}"),
    ),
    "pdf-program": (
        N_("A PDF needs LibreOffice, which is not on this computer."),
        N_("Install LibreOffice, or make a .docx and save it as PDF in Word."),
    ),
    "pdf-slow": (
        N_("LibreOffice did not finish the PDF within {seconds} seconds."),
        N_("Try again, or make a .docx and save it as PDF in Word."),
    ),
    "pdf-failed": (
        N_("LibreOffice made no PDF: {error}"),
        N_("Make a .docx and save it as PDF in Word. The program tried was {program}."),
    ),
    "file-changing": (
        N_("The file changed while it was being read."),
        N_("Wait until it is saved, then run this again."),
    ),
    "folder-missing": (
        N_("The folder of posts is not there."),
        N_("Check [paths] posts in config.toml, and that the shared drive is connected."),
    ),
    "folder-empty": (
        N_("The folder of posts is empty, though {count} posts were published from it."),
        N_("Nothing was done. Check that the shared drive is connected."),
    ),
    "file-missing": (
        N_("“{title}” stands on {site}, but its file is gone (key: {key})."),
        N_("Put the file back; or take the post down: publisher withdraw {key} --reason \"...\""),
    ),
    "draft-published": (
        N_("The post is marked as a draft, but stands on {site}."),
        N_('To take it down: publisher withdraw KEY --reason "..."'),
    ),
    "date-published": (
        N_("The post stands on {site} already; its new date lies ahead, so the change waits."),
        N_("Put the date back to publish the change now."),
    ),
    "key-not-found": (
        N_("There is no post with the key “{key}” in the folder."),
        N_("The key is the path of its file below posts/. Did you mean “{meant}”?"),
    ),
    "not-published": (
        N_("No post with the key “{key}” stands on a site."),
        N_("See the keys with: publisher log list. Did you mean “{meant}”?"),
    ),
    "not-withdrawn": (
        N_("No post with the key “{key}” was withdrawn from a site."),
        N_("See the keys with: publisher log list. Did you mean “{meant}”?"),
    ),
    "restore-no-file": (
        N_("The file of the withdrawn post “{title}” ({key}) is not in the folder any more."),
        N_("Put the file back under its old name; what is published is what the file says."),
    ),
    "restore-broken": (
        N_("The post can't be brought back as long as this is wrong with it."),
        N_("Mend it and run the command again; publisher check {key} shows what is left."),
    ),
    "restore-draft": (
        N_("The file says that the post is a draft, and drafts are not published."),
        N_("Delete the line status: draft, then run the command again."),
    ),
    "restore-expired": (
        N_("The post expired on {value}, so it would be withdrawn again at once."),
        N_("Write a later time at expire:, or delete that line, then run the command again."),
    ),
    "restore-other-site": (
        N_("The post is for {sites} only, so it can't be brought back on {site}."),
        N_("Name the site with --site, or add {site} at sites: in the file."),
    ),
    "restore-missing": (
        N_("“{title}” ({key}) was asked back on {site}, but its file is not in the folder."),
        N_("Put the file back, or drop the wish: publisher withdraw {key} --reason TEXT"),
    ),
    # Conflicts
    "conflict-edited": (
        N_("The post was edited on {site} since it was sent: {url}"),
        N_("Keep the site's version with --keep-site, or the file's with --overwrite."),
    ),
    "conflict-gone": (
        N_("The post was deleted on {site}."),
        N_("Leave it so with --keep-site, or publish it again with --overwrite."),
    ),
    "conflict-trashed": (
        N_("The post is in the trash of {site}."),
        N_("Leave it there with --keep-site, or bring it back with --overwrite."),
    ),
    "conflict-exists": (
        N_("A post with this title but another text stands on {site}: {url}"),
        N_("Keep the site's text with --keep-site, or the file's with --overwrite."),
    ),
    "conflict-slug-taken": (
        N_("The address “{slug}” is taken on {site} by “{title}”: {url}"),
        N_("Give this post an address of its own, such as: slug: {slug}-2"),
    ),
    "conflict-public": (
        N_("The post stands on {site} already, for everybody: {url}"),
        N_("A draft would take it from its readers. To see it here: publisher preview FILE"),
    ),
    "conflict-withdrawn": (
        N_("The post was withdrawn from {site}, so no draft of it is put there."),
        N_("To see it here: publisher preview FILE"),
    ),
    # Drafts and live pages
    "draft-preview": (
        N_("{site} is a preview site; drafts are for websites with WordPress."),
        N_("To see the post here: publisher preview {key}"),
    ),
    "draft-other-site": (
        N_("The post is not for {site}: the line “sites” names others."),
        N_("Add {site} to that line, or delete the line."),
    ),
    "draft-broken": (
        N_("The post can't be put on a site as long as this is wrong with it."),
        N_("Mend it and run the command again; publisher preview {key} shows how far it is."),
    ),
    "preview-port": (
        N_("The local address with port {port} can't be used: {error}"),
        N_("Give another --port, or none: then a free one is chosen."),
    ),
    # Running
    "interrupted": (
        N_("Stopped before this was sent."),
        N_("Run the command again; what is done is not done twice."),
    ),
    "already-running": (
        N_("The program is running already."),
        N_("Wait until the other run has ended."),
    ),
    "term-failed": (
        N_("“{name}” could not be created on {site}, so the post was not sent."),
        N_("Ask the site's administrator to create it, or use one that exists."),
    ),
    # config.toml
    "config-not-found": (
        N_("There is no file of settings here: {file}"),
        N_("Go to the folder that holds it, or name it: publisher --config PATH ..."),
    ),
    "toml": (
        N_("This line can't be read: {line}"),
        N_('Write: name = "value"'),
    ),
    "toml-backslash": (
        N_("A path has a backslash in it: {line}"),
        N_("Write: {fixed}"),
    ),
    "config-unknown": (
        N_("“{key}” is not known here."),
        N_("Did you mean “{meant}”? Known are: {choices}."),
    ),
    "config-missing": (
        N_("“{name}” is missing in [{section}]."),
        N_('Add: {name} = "..."'),
    ),
    "config-choice": (
        N_("“{value}” is not a value of {key}."),
        N_("Write one of: {choices}."),
    ),
    "config-range": (
        N_("{key} is {value}, which is beyond its limit of {limit}."),
        N_("Write a number within the limit."),
    ),
    "config-value": (
        N_("“{value}” is not a value of {key}."),
        N_("The notes in the program's own config.toml show what may stand there."),
    ),
    "config-timezone": (
        N_("There is no time zone “{value}”."),
        N_('Write: timezone = "Asia/Ho_Chi_Minh"'),
    ),
    "config-clock": (
        N_("“{value}” is not a time of day."),
        N_('Write: default_time = "08:00"'),
    ),
    "config-url": (
        N_("“{value}” is not the address of a website."),
        N_('Write: url = "https://..."'),
    ),
    "config-http": (
        N_("The address begins with http://, so the password could be read on its way."),
        N_('Write: url = "{fixed}"'),
    ),
    "config-log-url": (
        N_("“{value}” is not a database that the log can use."),
        N_("Leave it out, or write postgresql://USER@HOST/DATABASE."),
    ),
    "config-secret": (
        N_("config.toml must not hold a password: others can read it."),
        N_("Delete the line, and run: publisher site login NAME"),
    ),
    "config-name": (
        N_("“{value}” can't be a name here."),
        N_("Use small letters a-z, digits and -."),
    ),
    "site-unknown": (
        N_("There is no site “{name}” in config.toml."),
        N_("Known are: {choices}."),
    ),
    # Secrets
    "password-missing": (
        N_("There is no password for {user} on {site}."),
        N_("Run: publisher site login {site}"),
    ),
    "password-file-open": (
        N_("Other users of this computer can read the file of passwords."),
        N_("Make it readable for its owner alone: chmod 600 {file}"),
    ),
    "password-file-broken": (
        N_("The file of passwords can't be read."),
        N_("Delete it, and run: publisher site login NAME"),
    ),
    # The log
    "log-unreachable": (
        N_("The publication log can't be opened: {log} {detail}"),
        N_("Check that the folder or the database server can be reached."),
    ),
    "log-locked": (
        N_("The publication log is in use by another program: {log}"),
        N_("Wait a moment and run the command again."),
    ),
    "log-read-only": (
        N_("The publication log can't be written: {log}"),
        N_("Ask for the right to write there; nothing was sent without a record."),
    ),
    "log-disk-full": (
        N_("The disk is full; the publication log can't be written: {log}"),
        N_("Free some space; nothing was sent without a record."),
    ),
    "log-broken": (
        N_("The publication log is damaged: {log} {detail}"),
        N_("Put the newest back-up in its place, and keep the damaged file."),
    ),
    "log-newer": (
        N_("The publication log was written by a newer version of this program."),
        N_("Update the program."),
    ),
    "log-address": (
        N_("The log can't be kept in a database of the kind “{scheme}”."),
        N_("Use SQLite or PostgreSQL."),
    ),
    "log-driver": (
        N_("The part of this program that speaks to PostgreSQL is not installed."),
        N_('Run in the same environment: pip install "psycopg[binary]"'),
    ),
    "log-row-changed": (
        N_("Row {id} of {table} is not what was written."),
        N_("Somebody changed the log. Compare it with a back-up."),
    ),
    "log-row-missing": (
        N_("Rows are missing in {table}, from row {id} on ({count})."),
        N_("Somebody deleted from the log. Compare it with a back-up."),
    ),
    "log-tail-cut": (
        N_("{table} ends at row {last}, but row {expected} was written."),
        N_("Somebody cut off the end of the log. Compare it with a back-up."),
    ),
    # Sites
    "site-auth": (
        N_("{site} does not accept the account “{user}”."),
        N_(
            "Three things can be wrong: the password (make a new application password, then "
            "publisher site login {site}); the user (it is the login name, not the name of the "
            "application password); or the web server drops the Authorization header (ask its "
            "administrator)."
        ),
    ),
    "site-timezone": (
        N_("{site} shows times of {theirs}, but the files are read as {ours}."),
        N_("Set the time zone in WordPress under Settings, General, or in config.toml."),
    ),
    "site-clock": (
        N_("The clock of this computer says {ours}, that of {site} says {theirs}."),
        N_(
            "Set the clock of this computer right; if it is right, tell who runs the site. "
            "A post goes out when both clocks say so."
        ),
    ),
    "site-role": (
        N_("The account “{user}” may not publish on {site}."),
        N_("Ask the site's administrator for the role of an author or editor."),
    ),
    "site-forbidden": (
        N_("The account “{user}” may not do this on {site}."),
        N_("Ask the site's administrator for the role of an author or editor."),
    ),
    "site-refused": (
        N_("{site} refused it."),
        N_("Mend what it says and run the command again."),
    ),
    "site-upload-refused": (
        N_("{site} refused a picture or file."),
        N_("Save a picture as JPEG, a document as PDF, and run the command again."),
    ),
    "site-gone": (
        N_("The post is no longer on {site}."),
        N_("Run the command again to see what can be done."),
    ),
    "site-not-found": (
        N_("{site} does not know this address."),
        N_("Check url in config.toml with: publisher site check"),
    ),
    "site-not-wordpress": (
        N_("At the address of {site} there is no WordPress with its REST API: {url}"),
        N_("Check url in config.toml; a security plug-in may have switched the REST API off."),
    ),
    "site-address": (
        N_("The address of {site} is wrong."),
        N_("Mend url in config.toml."),
    ),
    "site-insecure": (
        N_("The address of {site} begins with http://, so the password could be read on its way."),
        N_("Write https:// in config.toml."),
    ),
    "site-dns": (
        N_("The address of {site} can't be found: {host}"),
        N_("Check the spelling in config.toml, and whether the internet works."),
    ),
    "site-unreachable": (
        N_("{site} can't be reached: {url}"),
        N_("Check whether the internet works and the website opens in a browser; then run again."),
    ),
    "site-tls": (
        N_("The certificate of {site} is not valid: {reason}"),
        N_("Nothing was sent. Tell the website's administrator."),
    ),
    "site-timeout": (
        N_("{site} did not answer within {seconds} seconds."),
        N_("Run the command again; it looks first at what arrived."),
    ),
    "site-reset": (
        N_("The connection to {site} broke off."),
        N_("Run the command again; it looks first at what arrived."),
    ),
    "site-server-error": (
        N_("{site} has an error of its own (status {status})."),
        N_("Run the command again later; it looks first at what arrived."),
    ),
    "site-maintenance": (
        N_("{site} is being maintained."),
        N_("Run the command again later; it looks first at what arrived."),
    ),
    "site-rate-limited": (
        N_("{site} asks to send less at once."),
        N_("Wait some minutes and run the command again."),
    ),
    "site-redirect": (
        N_("{site} has moved to another address: {target}"),
        N_("Write the new address as url in config.toml."),
    ),
    "site-too-large": (
        N_("A picture or file is larger than {site} takes."),
        N_("Set [images] longest_side or [media] limit_mb lower, or ask for a higher limit there."),
    ),
    "site-answer": (
        N_("{site} gave an answer that can't be understood."),
        N_("Run the command again; when it stays so, tell the website's administrator."),
    ),
    # The preview site
    "preview-write": (
        N_("The preview site can't be written: {path} ({error})"),
        N_("Check free space and that you may write there."),
    ),
    "preview-read": (
        N_("The preview site can't be read: {path} ({error})"),
        N_("Check that you may open it; the folder can be deleted and made anew."),
    ),
    "preview-gone": (
        N_("The post is no longer on {site}."),
        N_("Run the command again to see what can be done."),
    ),
}  # fmt: skip

_UNTRUSTED = (
    N_("The certificate of {site} is not trusted: nobody who is known vouches for it."),
    N_("Nothing was sent. Tell the website's administrator, or whoever looks after the network."),
)
_REASONS = {
    **media.REASONS,
    **checking.REASONS,
    **channels.REASONS,
    **delivering.REASONS,
    **printing.REASONS,
    ("value-type", "text"): (
        N_("The value of “{key}” must be one line of text."),
        N_('Write: {key}: "..."'),
    ),
    ("value-type", "social"): (
        N_("The text for social networks is not written as it should be."),
        N_("Write one text, or for each channel a line “facebook: ...” of its own, indented."),
    ),
    ("value-type", "gallery"): (
        N_("A picture of the gallery is not written as it should be."),
        N_("Write for each picture a line “- path: picture.jpg”, with alt: and caption: below it."),
    ),
    ("config-secret", "url"): (
        N_("config.toml must not hold a password: others can read it."),
        N_("Take the password out of the address; PGPASSWORD or the file .pgpass may hold it."),
    ),
    ("picture-broken", "empty"): (
        N_("The picture's file is empty."),
        N_("Copy it again from the camera or phone."),
    ),
    ("picture-broken", "not-a-picture"): (
        N_("The file is not a picture, whatever its name says."),
        N_("Open the original and save it as JPEG or PNG."),
    ),
    ("site-auth", "password"): (
        N_("{site} does not accept the password of “{user}”."),
        N_("Make a new application password in WordPress, then run: publisher site login {site}"),
    ),
    ("site-auth", "user"): (
        N_("{site} knows no user “{user}”."),
        N_("Write the login name as user in config.toml, not the application password's name."),
    ),
    ("site-tls", "certificate has expired"): (
        N_("The certificate of {site} has run out."),
        N_("Nothing was sent. Tell the website's administrator to renew it."),
    ),
    ("site-tls", "self-signed certificate"): _UNTRUSTED,
    ("site-tls", "self-signed certificate in certificate chain"): _UNTRUSTED,
    ("site-tls", "unable to get local issuer certificate"): _UNTRUSTED,
    ("site-auth", "passwords-off"): (
        N_("Application passwords are switched off on {site}."),
        N_("Ask its administrator to switch them on; a security plug-in may forbid them."),
    ),
    ("site-auth", "server"): (
        N_("The web server of {site} asks for a login of its own."),
        N_("Ask its administrator to let /wp-json/ through."),
    ),
}
"""Words for a code with a certain reason, expected form or name, where more is known."""

CODES = frozenset(_SAID)
"""Every code that has words."""


class _Params(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


def _filled(text: str, problem: Problem) -> str:
    params = _Params({name: _shown(value) for name, value in problem.params.items()})
    if "key" in params:
        params["key_label"] = field(str(params["key"]))
    return _(text).format_map(params).strip()


def _shown(value: object) -> object:
    return f"{value:g}" if isinstance(value, float) else value


def message(problem: Problem) -> str:
    """Return what is wrong, in one sentence, and what the site itself said of it."""
    if problem.code not in _SAID:
        return problem.code
    words = _filled(_words(problem)[0], problem)
    if problem.code in media.ABOUT_A_FILE and problem.params.get("path"):
        # One line of a gallery may mean a whole folder.
        words = f"{words.removesuffix('.')}: {problem.params['path']}"
    if problem.params.get("wp_message"):
        words += " " + _filled(N_("The site says: {wp_message}"), problem)
    return words


def hint(problem: Problem) -> str:
    """Return what to do about it, in one sentence."""
    if problem.code not in _SAID:
        return ""
    if problem.where.file.lower().endswith(".docx") and problem.code in checking.IN_WORD:
        return _filled(checking.IN_WORD[problem.code], problem)
    if problem.params.get("meant") == "":
        return _no_guess(problem)
    if problem.code == "choice" and problem.params.get("meant"):
        return (
            _filled(N_("Did you mean “{meant}”?"), problem)
            + " "
            + _filled(_words(problem)[1], problem)
        )
    return _filled(_words(problem)[1], problem)


def _words(problem: Problem) -> tuple[str, str]:
    for param in ("reason", "expected", "name"):
        known = _REASONS.get((problem.code, str(problem.params.get(param, ""))))
        if known:
            return known
    return _SAID[problem.code]


def _no_guess(problem: Problem) -> str:
    """Return the hint of a misspelling for which there is no likely meaning."""
    if problem.code == "key-unknown":
        return _("Delete the line; the names that are known are in the guide: publisher guide")
    if problem.code == "key-not-found":
        return _("The key is the path of its file below posts/, such as 2023/03/ten-bai.")
    if problem.code == "bulletin-lead":
        return _("Its items and their keys: leave --lead out and add --json.")
    if problem.code in ("not-published", "not-withdrawn"):
        return _("See the keys with: publisher log list.")
    if problem.code == "config-unknown":
        return _filled(N_("Known are: {choices}."), problem)
    if problem.code == "captions-unknown":
        return _("Check the picture's name, with its ending, or delete the line.")
    return _filled(_SAID[problem.code][1], problem)
