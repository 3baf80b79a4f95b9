// Instructions are read once, from top to bottom, with the variables each stage
// has by then; what is read is kept per stage. Which stages are in use is known
// only at the end, from the target back through FROM and `--from=`.
#include "core/dockerfile.hpp"

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "core/docker_glob.hpp"
#include "core/docker_patterns.hpp"
#include "core/docker_words.hpp"
#include "core/dockerfile_lines.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace ecr_version::core {
namespace {

constexpr std::size_t npos = std::string_view::npos;
// ONBUILD instructions run again in each stage built on theirs; no more often
// than this in all.
constexpr std::size_t most_triggers = 10'000;

// "/src/../a/" is "a", "." is "".
std::string from_root(std::string_view path) {
  return clean_path("/" + std::string(path)).substr(1);
}

bool is_remote(std::string_view source) {
  for (const std::string_view scheme :
       {"http://", "https://", "git://", "ssh://", "git@"}) {
    if (source.starts_with(scheme)) return true;
  }
  return false;
}

// Whatever is not known may hold a slash, or two dots, or nothing.
std::string shown(const DockerWord& word) {
  std::string text = word.text;
  std::replace(text.begin(), text.end(), any_value, '*');
  return text;
}

struct Reference {  // to a stage or an image, by FROM or `--from=`
  std::vector<std::size_t> stages;
  std::optional<DockerImage> image;
};

struct Stage {
  std::string name;  // lower-case, "" when it has none
  DockerVariables variables;
  std::set<std::string> fixed;  // variables set by ENV, which ARG cannot change
  std::vector<DockerSource> sources;
  std::vector<Reference> references;
  std::vector<DockerInstruction> triggers;  // ONBUILD
};

class Reader {
 public:
  explicit Reader(const DockerLines& lines)
      : lines_(lines), globals_(platform_arguments()) {}

  void read() {
    for (const DockerInstruction& instruction : lines_.instructions) {
      if (instruction.command == "from")
        from(instruction);
      else if (!stages_.empty())
        in_stage(instruction);
      else if (instruction.command == "arg")
        argument(instruction, globals_, {});
    }
    // A front end of another kind may read whatever it likes.
    const bool is_dockerfile =
        lines_.syntax.empty() || lines_.syntax.find("docker") != npos;
    if (!is_dockerfile && !stages_.empty())
      add_whole_context(1, "# syntax=" + lines_.syntax);
  }

  DockerfileFacts facts(std::string_view target) const {
    DockerfileFacts facts;
    const std::vector<bool> used = find_used(target, facts.has_target);
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      if (!used[i]) continue;
      const auto& sources = stages_[i].sources;
      facts.sources.insert(facts.sources.end(), sources.begin(), sources.end());
      for (const Reference& reference : stages_[i].references) {
        if (reference.image) facts.images.push_back(*reference.image);
      }
    }
    return facts;
  }

  bool has_stages() const { return !stages_.empty(); }

 private:
  Stage& stage() { return stages_.back(); }

  void from(const DockerInstruction& instruction) {
    const auto words = split_docker_words(instruction.arguments, lines_.escape);
    Stage next;
    Reference base;
    if (!words.empty()) {
      const DockerWord name =
          expand_docker_word(words[0], globals_, lines_.escape);
      base = find(name, instruction.line, CountsNumbers::no);
    }
    if (words.size() >= 3 && equals_ignoring_case(words[1], "as"))
      next.name = to_lower(words[2]);
    for (const std::size_t index : base.stages) {
      const Stage& parent = stages_[index];
      next.variables.insert(parent.variables.begin(), parent.variables.end());
      next.fixed.insert(parent.fixed.begin(), parent.fixed.end());
    }
    next.references.push_back(base);
    stages_.push_back(std::move(next));

    for (const std::size_t index : base.stages) {
      const auto triggers = stages_[index].triggers;
      for (const DockerInstruction& trigger : triggers) {
        if (++triggered_ > most_triggers)
          return add_whole_context(trigger.line, trigger.arguments);
        in_stage(trigger);
      }
    }
    // An old image made to be built on: it copies what it finds.
    if (base.image && base.image->name.find("onbuild") != npos)
      add_whole_context(instruction.line, base.image->name);
  }

  enum class CountsNumbers { no, yes };

  // Stages go before images of the same name. Of a name that is not known, all
  // stages that begin as it does may be meant.
  Reference find(const DockerWord& word, int line, CountsNumbers numbers) {
    Reference reference;
    const std::string name = to_lower(word.text);
    const std::size_t unknown = name.find(any_value);
    const std::string_view start = std::string_view(name).substr(0, unknown);
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      const std::string& other = stages_[i].name;
      const bool is_named =
          unknown == npos ? other == name : other.starts_with(start);
      const bool is_number =
          numbers == CountsNumbers::yes &&
          (unknown == npos ? name == std::to_string(i) : start.empty());
      if ((is_named && !other.empty()) || is_number)
        reference.stages.push_back(i);
    }
    // Of stages that share a name, the last one before is meant.
    if (unknown == npos && reference.stages.size() > 1)
      reference.stages.erase(reference.stages.begin(),
                             reference.stages.end() - 1);
    const bool is_image = (reference.stages.empty() || unknown != npos) &&
                          name != "scratch" && !name.empty();
    if (is_image) reference.image = DockerImage{shown(word), line};
    return reference;
  }

  void in_stage(const DockerInstruction& instruction) {
    const std::string& command = instruction.command;
    if (command == "arg")
      argument(instruction, stage().variables, stage().fixed);
    else if (command == "env")
      environment(instruction);
    else if (command == "copy" || command == "add")
      copy(instruction);
    else if (command == "run")
      run(instruction);
    else if (command == "onbuild")
      stage().triggers.push_back(
          read_docker_instruction(instruction.arguments, instruction.line));
  }

  DockerWord expand(std::string_view word) {
    return expand_docker_word(word, stage().variables, lines_.escape);
  }

  // ARG a b=c: a default counts, else what the file's top gave it.
  void argument(const DockerInstruction& instruction,
                DockerVariables& variables,
                const std::set<std::string>& fixed) {
    for (const std::string& word :
         split_docker_words(instruction.arguments, lines_.escape)) {
      const std::size_t equals = word.find('=');
      const std::string name = word.substr(0, equals);
      if (fixed.contains(name)) continue;
      if (equals != npos) {
        variables[name] = expand_docker_word(word.substr(equals + 1), variables,
                                             lines_.escape);
      } else if (&variables != &globals_ && globals_.contains(name)) {
        variables[name] = globals_.at(name);
      }
    }
  }

  // ENV a=b c=d, or the old ENV a b.
  void environment(const DockerInstruction& instruction) {
    const auto words = split_docker_words(instruction.arguments, lines_.escape);
    if (words.empty()) return;
    const DockerVariables before = stage().variables;
    const auto set = [&](const std::string& name, std::string_view value) {
      stage().variables[name] =
          expand_docker_word(value, before, lines_.escape);
      stage().fixed.insert(name);
    };
    if (words[0].find('=') == npos) {
      const std::string_view rest =
          std::string_view(instruction.arguments).substr(words[0].size());
      return set(words[0], trim(rest));
    }
    for (const std::string& word : words) {
      const std::size_t equals = word.find('=');
      if (equals != npos)
        set(word.substr(0, equals), std::string_view(word).substr(equals + 1));
    }
  }

  void copy(const DockerInstruction& instruction) {
    bool has_parents = false;
    std::vector<std::string> excludes;
    bool are_excludes_known = true;
    for (const std::string_view flag : instruction.flags) {
      if (flag.starts_with("--from=")) {
        stage().references.push_back(
            find(expand(flag.substr(7)), instruction.line, CountsNumbers::yes));
        return;
      }
      if (flag.starts_with("--exclude=")) {
        excludes.push_back(expand(flag.substr(10)).text);
        if (excludes.back().find(any_value) != npos) are_excludes_known = false;
      }
      if (flag.starts_with("--parents"))
        has_parents = flag != "--parents=false";
    }
    if (!are_excludes_known) excludes.clear();
    for (const std::string& word : sources_of(instruction)) {
      const DockerWord source = expand(word);
      if (is_remote(source.text)) continue;
      add_source({.line = instruction.line,
                  .written = word,
                  .is_unresolved = !source.is_known,
                  .pattern = source.text,
                  .excludes = excludes},
                 has_parents);
    }
  }

  // All words but the destination and inline files.
  std::vector<std::string> sources_of(
      const DockerInstruction& instruction) const {
    std::vector<std::string> words;
    if (!read_json_words(instruction.arguments, words)) {
      std::string text = instruction.arguments;
      std::replace_if(
          text.begin(), text.end(),
          [](char c) { return c >= '\t' && c <= '\r'; }, ' ');
      for (const std::string_view word : split(text, ' ')) {
        if (!word.empty() && !parse_docker_heredoc(word))
          words.emplace_back(word);
      }
    }
    if (!words.empty()) words.pop_back();
    return words;
  }

  // ["a b", "/c"]; what is no array of strings is taken as plain words.
  static bool read_json_words(std::string_view text,
                              std::vector<std::string>& words) {
    if (!text.starts_with('[')) return false;
    try {
      const json::Value list = json::parse(text, "an instruction");
      for (const json::Value& item : list.as_array("an instruction"))
        words.push_back(item.as_string("a path"));
      return true;
    } catch (const Error&) {
      words.clear();
      return false;
    }
  }

  void add_source(DockerSource source, bool has_parents) {
    std::string path = source.pattern;
    if (has_parents) {
      // What stands before "/./" is the root that paths are kept from.
      const std::size_t pivot = path.find("/./");
      source.parents = from_root(path.substr(pivot == npos ? 0 : pivot + 3));
      path = pivot == npos ? "" : path.substr(0, pivot);
    }
    const auto glob = docker_to_glob(from_root(path), DockerWildcards::yes);
    if (!glob || source.is_unresolved)
      return add_whole_context(source.line, source.written);
    source.pattern = *glob;
    add_pattern(std::move(source));
  }

  void add_pattern(DockerSource source) {
    if (!source.is_pattern_of_ours())
      return add_whole_context(source.line, source.written);
    stage().sources.push_back(std::move(source));
  }

  void run(const DockerInstruction& instruction) {
    for (const std::string_view flag : instruction.flags) {
      if (flag.starts_with("--mount=")) mount(flag, instruction.line);
    }
  }

  // --mount=type=bind,source=a,target=/b,from=stage: what is of no other type
  // binds, and the whole context is the default source.
  void mount(std::string_view flag, int line) {
    DockerWord type;
    DockerWord source;
    std::optional<DockerWord> from;
    for (const std::string_view field : split(flag.substr(8), ',')) {
      const std::size_t equals = std::min(field.find('='), field.size());
      const std::string key = to_lower(trim(field.substr(0, equals)));
      const std::string_view value =
          field.substr(std::min(equals + 1, field.size()));
      if (key == "type") type = expand(value);
      if (key == "source" || key == "src") source = expand(value);
      if (key == "from" && !value.empty()) from = expand(value);
    }
    const std::string kind = to_lower(type.text);
    if (kind == "secret" || kind == "ssh" || kind == "tmpfs") return;
    if (from) {
      stage().references.push_back(find(*from, line, CountsNumbers::yes));
      return;
    }
    if (kind == "cache") return;
    if (!source.is_known) return add_whole_context(line, flag);
    // Without wildcards there is one for every path.
    const auto glob =
        docker_to_glob(from_root(source.text), DockerWildcards::no);
    add_pattern({.line = line, .written = std::string(flag), .pattern = *glob});
  }

  void add_whole_context(int line, std::string_view written) {
    stage().sources.push_back(
        {.line = line, .written = std::string(written), .is_unresolved = true});
  }

  std::vector<bool> find_used(std::string_view target, bool& has_target) const {
    std::vector<bool> used(stages_.size());
    std::vector<std::size_t> open;
    const std::string name = to_lower(target);
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      const bool is_last = i + 1 == stages_.size();
      const bool is_named =
          stages_[i].name == name || std::to_string(i) == name;
      if (name.empty() ? is_last : is_named) open.push_back(i);
    }
    has_target = !open.empty();
    if (open.empty()) used.assign(stages_.size(), true);
    while (!open.empty()) {
      const std::size_t index = open.back();
      open.pop_back();
      if (used[index]) continue;
      used[index] = true;
      for (const Reference& reference : stages_[index].references)
        open.insert(open.end(), reference.stages.begin(),
                    reference.stages.end());
    }
    return used;
  }

  const DockerLines& lines_;
  DockerVariables globals_;
  std::vector<Stage> stages_;
  std::size_t triggered_ = 0;
};

}  // namespace

DockerfileFacts read_dockerfile(std::string_view text,
                                std::string_view target) {
  const DockerLines lines = read_docker_lines(text);
  Reader reader(lines);
  reader.read();
  DockerfileFacts facts = reader.facts(target);
  if (lines.is_broken || !reader.has_stages())
    facts.sources.push_back({.line = 1, .is_unresolved = true});
  return facts;
}

}  // namespace ecr_version::core
