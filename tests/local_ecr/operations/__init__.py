"""The operations, by service and name, as the API calls them."""

from . import authorization, changes, images, public, repositories

ECR = {
    "BatchCheckLayerAvailability": images.batch_check_layer_availability,
    "BatchDeleteImage": changes.batch_delete_image,
    "BatchGetImage": images.batch_get_image,
    "CreateRepository": repositories.create_repository,
    "DeleteRepository": repositories.delete_repository,
    "DescribeImages": images.describe_images,
    "DescribeRepositories": repositories.describe_repositories,
    "GetAuthorizationToken": authorization.get_authorization_token,
    "ListImages": images.list_images,
    "ListTagsForResource": repositories.list_tags_for_resource,
    "PutImage": changes.put_image,
    "PutImageTagMutability": repositories.put_image_tag_mutability,
    "UpdateImageStorageClass": changes.update_image_storage_class,
}

ECR_PUBLIC = {
    "BatchDeleteImage": changes.batch_delete_image,
    "CreateRepository": public.create_repository,
    "DeleteRepository": repositories.delete_repository,
    "DescribeImages": images.describe_images,
    "DescribeImageTags": public.describe_image_tags,
    "DescribeRegistries": public.describe_registries,
    "DescribeRepositories": repositories.describe_repositories,
    "GetAuthorizationToken": authorization.get_public_authorization_token,
    "PutImage": changes.put_image,
}
