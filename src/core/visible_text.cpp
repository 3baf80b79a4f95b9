// One pass over the message. At the start of a line the blocks are recognised
// (fence, quote, list item); all else is a paragraph, scanned character by
// character for code spans, comments, tags and reverted subjects. A comment may
// end in the middle of a later line, where scanning goes on.
//
// What keeps this linear: every search that fails is answered beforehand (where
// the last `-->`, the last closing tag, the last run of that many backticks
// stands), and every search that succeeds moves the scan to where it ended.
#include "core/visible_text.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <vector>

namespace ecr_version::core {
namespace {

constexpr std::size_t npos = std::string_view::npos;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_';
}

std::size_t run_length(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_not_of(text[at], at);
  return (end == npos ? text.size() : end) - at;
}

// The size of a list marker with the blank after it ("- ", "12. "), or 0.
std::size_t list_marker(std::string_view line) {
  std::size_t size = 1;
  if (line.empty()) return 0;
  if (line[0] != '-' && line[0] != '*' && line[0] != '+') {
    size = std::min(line.find_first_not_of("0123456789"), line.size());
    if (size == 0 || size > 9 || size == line.size()) return 0;
    if (line[size] != '.' && line[size] != ')') return 0;
    ++size;
  }
  return size < line.size() && is_blank(line[size]) ? size + 1 : 0;
}

// What a line is, by its first characters.
struct Start {
  std::size_t indent = 0;      // blanks before anything
  bool is_item = false;        // begins with a list marker
  std::string_view content{};  // after blanks and list markers
  bool is_unticked = false;    // "- [ ] …"
  bool is_ticked = false;      // "- [x] …"

  bool is_blank() const { return content.empty() && !is_item; }
  bool is_quote() const { return content.starts_with('>'); }
};

Start read_start(std::string_view line) {
  Start start;
  while (start.indent < line.size() && is_blank(line[start.indent]))
    ++start.indent;
  start.content = line.substr(start.indent);
  while (const std::size_t marker = list_marker(start.content)) {
    start.is_item = true;
    start.content.remove_prefix(marker);
    const std::size_t text = start.content.find_first_not_of(" \t");
    start.content.remove_prefix(std::min(text, start.content.size()));
  }
  if (start.content.ends_with('\r')) start.content.remove_suffix(1);
  const std::string_view box = start.content.substr(0, 3);
  const bool is_box = start.is_item && box.size() == 3 && box[0] == '[' &&
                      box[2] == ']' &&
                      (start.content.size() == 3 || is_blank(start.content[3]));
  start.is_unticked = is_box && is_blank(box[1]);
  start.is_ticked = is_box && to_lower(box[1]) == 'x';
  return start;
}

// The length of the fence that opens here, or 0.
std::size_t opening_fence(std::string_view content) {
  if (content.empty() || (content[0] != '`' && content[0] != '~')) return 0;
  const std::size_t length = run_length(content, 0);
  if (length < 3) return 0;
  // ```x``` on one line is inline code.
  const bool is_inline = content[0] == '`' && content.find('`', length) != npos;
  return is_inline ? 0 : length;
}

// Elements that hide what they hold, by index.
constexpr std::array<std::string_view, 2> hiding_elements{"details",
                                                          "blockquote"};
constexpr std::size_t no_element = hiding_elements.size();

// The hiding element whose name stands at `at`, in any letter case.
std::size_t element_at(std::string_view text, std::size_t at) {
  for (std::size_t i = 0; i < hiding_elements.size(); ++i) {
    const std::string_view name = hiding_elements[i];
    const std::string_view rest = text.substr(std::min(at, text.size()));
    if (!starts_with_ignoring_case(rest, name)) continue;
    const std::string_view after = rest.substr(name.size(), 1);
    if (after.find_first_not_of(" \t\r\n/>") == npos) return i;
  }
  return no_element;
}

// Where the quotation ends whose opening quote stands before `at`: past its
// closing quote, or npos when it has none on this line. A reverted subject may
// hold quotes itself, which git does not escape: one after a blank opens, any
// other closes, and one that closes nothing closed too early before.
std::size_t end_of_quotation(std::string_view line, std::size_t at) {
  const std::size_t first = at;
  std::size_t end = npos;
  std::size_t depth = 1;
  for (; (at = line.find('"', at)) != npos; ++at) {
    const bool may_open =
        at == first || is_blank(line[at - 1]) || line[at - 1] == '(';
    const bool opens = may_open && at + 1 < line.size() &&
                       !is_blank(line[at + 1]) && line[at + 1] != '\r';
    if (opens && depth == 0) break;
    if (opens) {
      ++depth;
      continue;
    }
    if (depth > 0) --depth;
    if (depth == 0) end = at + 1;
  }
  return end;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    visible_.reserve(text.size());
    last_comment_end_ = text.rfind("-->");
    for (std::size_t at = 0; (at = text.find("</", at)) != npos; at += 2) {
      const std::size_t element = element_at(text, at + 2);
      if (element != no_element) last_closing_tag_[element] = at;
    }
  }

  std::string read() {
    while (at_ < text_.size()) {
      if (at_ == 0 || text_[at_ - 1] == '\n')
        block();
      else
        paragraph(line_end(at_));  // the rest of a line that ended a comment
    }
    return std::move(visible_);
  }

 private:
  // Past the newline that ends the line at `from`. The last answer is kept:
  // a long line is asked about at each of its quotations.
  std::size_t line_end(std::size_t from) {
    if (from < known_from_ || from >= known_end_) {
      const std::size_t newline = text_.find('\n', from);
      known_from_ = from;
      known_end_ = newline == npos ? text_.size() : newline + 1;
    }
    return known_end_;
  }

  std::string_view line_at(std::size_t from) {
    std::string_view line = text_.substr(from, line_end(from) - from);
    if (line.ends_with('\n')) line.remove_suffix(1);
    return line;
  }

  // Moves on to `end`, taking the text along where it counts.
  void show(std::size_t end) {
    if (!open_.empty() || in_unticked_) return hide(end);
    visible_ += text_.substr(at_, end - at_);
    at_ = end;
  }

  void hide(std::size_t end) {
    bool is_marked = visible_.ends_with(left_out);  // at this place
    for (; at_ < end; ++at_) {
      if (text_[at_] == '\n') {
        visible_ += '\n';
        is_marked = false;
      } else if (!is_marked) {
        visible_ += left_out;
        is_marked = true;
      }
    }
  }

  void block() {
    const std::size_t end = line_end(at_);
    const Start start = read_start(line_at(at_));
    if (fence_length_ > 0) {
      if (closes_fence(start)) fence_length_ = 0;
      return hide(end);
    }
    follow_task(start);
    if (start.is_blank()) return show(end);
    if (start.is_quote()) return hide(end);
    fence_length_ = opening_fence(start.content);
    if (fence_length_ > 0) {
      fence_ = start.content[0];
      return hide(end);
    }
    // GitHub cuts a long title: `Revert "long…`, and in the body `…title"`.
    if (is_title_cut_ && start.content.starts_with("…")) quotation();
    is_title_cut_ = false;
    paragraph(end);
  }

  bool closes_fence(const Start& start) const {
    if (start.is_item || !start.content.starts_with(fence_)) return false;
    const std::size_t length = run_length(start.content, 0);
    return length >= fence_length_ &&
           start.content.find_first_not_of(" \t", length) == npos;
  }

  // An unticked item goes on for as long as lines are indented under it, and
  // until an item of its own that is ticked.
  void follow_task(const Start& start) {
    if (start.is_blank()) return;
    if (start.is_unticked) {
      in_unticked_ = true;
      task_indent_ = start.indent;
    } else if (start.is_ticked || start.indent < task_indent_ + 2) {
      in_unticked_ = false;
    }
  }

  // Scans from at_ to the paragraph's end; the line at at_, which ends at
  // `end`, is known to belong to it.
  void paragraph(std::size_t end) {
    while (end < text_.size()) {
      const Start start = read_start(line_at(end));
      const bool goes_on = !start.is_blank() && !start.is_item &&
                           !start.is_quote() &&
                           opening_fence(start.content) == 0 &&
                           (!in_unticked_ || start.indent >= task_indent_ + 2);
      if (!goes_on) break;
      end = line_end(end);
    }
    const std::string_view known = text_.substr(0, end);
    find_backtick_runs(known);
    while (at_ < end) {
      const std::size_t special = known.find_first_of("`<Rr\\", at_);
      show(std::min(special, end));
      if (at_ < end) special_character();
    }
  }

  void special_character() {
    switch (text_[at_]) {
      case '`':
        return code_span();
      case '<':
        return comment_or_tag();
      case '\\': {
        const std::string_view next = text_.substr(at_ + 1, 1);
        const bool escapes = next == "`" || next == "<" || next == "\\";
        return show(at_ + (escapes ? 2 : 1));
      }
      default:
        return revert();
    }
  }

  // Where each length of backtick runs occurs last, of the text up to the
  // paragraph's end: a run that has no later one of its length opens nothing.
  void find_backtick_runs(std::string_view known) {
    last_run_.clear();
    std::size_t at = at_;
    while ((at = known.find('`', at)) != npos) {
      const std::size_t length = run_length(known, at);
      last_run_[length] = at;
      at += length;
    }
  }

  void code_span() {
    const std::size_t length = run_length(text_, at_);
    const auto last = last_run_.find(length);
    if (last == last_run_.end() || last->second <= at_)
      return show(at_ + length);
    std::size_t closing = at_ + length;
    for (;;) {
      closing = text_.find('`', closing);
      const std::size_t found = run_length(text_, closing);
      closing += found;
      if (found == length) return hide(closing);
    }
  }

  void comment_or_tag() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("<!--")) return comment();
    const bool closes = rest.starts_with("</");
    const std::size_t name = at_ + (closes ? 2 : 1);
    const std::size_t element = element_at(text_, name);
    if (element == no_element) return show(at_ + 1);

    std::size_t end = name + hiding_elements[element].size();
    if (closes) {
      if (text_.substr(end, 1) == ">") ++end;
      hide(end);
      close(element);
      return;
    }
    // `List<Details>` is no tag, unless a closing one follows.
    const bool follows_word = at_ > 0 && is_word(text_[at_ - 1]);
    const std::size_t last = last_closing_tag_[element];
    if (follows_word && (last == npos || last < at_)) return show(at_ + 1);
    hide(end);
    open_.push_back(element);
    ++open_count_[element];
  }

  // As browsers do: a closing tag closes what was opened within, too, and
  // nothing when its element is not open.
  void close(std::size_t element) {
    if (open_count_[element] == 0) return;
    for (;;) {
      const std::size_t last = open_.back();
      open_.pop_back();
      --open_count_[last];
      if (last == element) return;
    }
  }

  void comment() {
    const std::size_t content = at_ + 4;
    if (text_.substr(content, 1) == ">") return hide(content + 1);
    if (text_.substr(content, 2) == "->") return hide(content + 2);
    const bool is_closed =
        last_comment_end_ != npos && last_comment_end_ >= content;
    hide(is_closed ? text_.find("-->", content) + 3 : text_.size());
  }

  void revert() {
    const bool begins_word = at_ == 0 || !is_word(text_[at_ - 1]);
    const std::string_view rest = text_.substr(at_);
    for (const std::string_view opening : {"revert \"", "reapply \""}) {
      if (!begins_word || !starts_with_ignoring_case(rest, opening)) continue;
      show(at_ + opening.size());
      return quotation();
    }
    show(at_ + 1);
  }

  // Leaves out what is quoted from at_ on, at most to the line's end.
  void quotation() {
    const std::string_view line = line_at(at_);
    const std::size_t end = end_of_quotation(line, 0);
    is_title_cut_ = end == npos && trim(line).ends_with("…");
    hide(at_ + std::min(end, line.size()));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string visible_;

  std::size_t known_from_ = 0;  // a part of a line, and where that line ends
  std::size_t known_end_ = 0;
  std::size_t last_comment_end_ = npos;
  std::array<std::size_t, hiding_elements.size()> last_closing_tag_{npos, npos};
  std::vector<std::size_t> open_;  // elements, outermost first
  std::array<std::size_t, hiding_elements.size()> open_count_{};
  std::map<std::size_t, std::size_t> last_run_;  // of backticks, by length
  std::size_t fence_length_ = 0;                 // 0: in no fenced block
  char fence_ = '`';
  bool in_unticked_ = false;
  std::size_t task_indent_ = 0;
  bool is_title_cut_ = false;
};

}  // namespace

std::string visible_text(std::string_view message) {
  return Reader(message).read();
}

}  // namespace ecr_version::core
