#include "git/delta_cache.hpp"

namespace ecr_version::git {

const Object* DeltaCache::find(std::size_t pack, std::uint64_t offset) {
  const auto found = places_.find(key_of(pack, offset));
  if (found == places_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return &found->second->object;
}

void DeltaCache::add(std::size_t pack, std::uint64_t offset,
                     const Object& object) {
  // A big object would drive out hundreds of small ones for one use.
  if (object.size > most_bytes / 4) return;
  const std::uint64_t key = key_of(pack, offset);
  if (places_.contains(key)) return;
  entries_.push_front({key, object});
  places_.emplace(key, entries_.begin());
  bytes_ += object.size + sizeof(Entry) + 64;
  while (bytes_ > most_bytes) {
    const Entry& oldest = entries_.back();
    bytes_ -= oldest.object.size + sizeof(Entry) + 64;
    places_.erase(oldest.key);
    entries_.pop_back();
  }
}

}  // namespace ecr_version::git
